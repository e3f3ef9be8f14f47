class PKCS7Encoder:
    block_size: int
    @classmethod
    def encode(cls, text: bytes) -> bytes: ...
