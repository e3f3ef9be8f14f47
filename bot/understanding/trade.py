"""Words of a trade or region for what the bot calls otherwise: put into its own words of the same length.

Dialects say 没得, 咋个, 好多条. 摘牌 by itself takes a matter off the list of supervised ones; beside acceptance,
a date or a rate it is 销号.
"""

from __future__ import annotations

from bot.understanding.lazily import lazy

_HINT = lazy(r"摘|销账|消账|没得|啥子|咋个|才将|别个|一哈|好久|好多")
_DIALECT = tuple(
    (lazy(pattern), word)
    for pattern, word in (
        (r"(?<!有)没得(?![到手分罪空])|(?<=有)没得", "没有"), (r"啥子", "什么"), (r"咋个", "怎么"), (r"才将", "刚才"),
        (r"别个", "别人"), (r"一哈(?!哈)", "一下"), (r"好久(?=到期|能|可以|开|交|报|办|完)", "何时"),
        (r"(?:(?<=总共)|(?<=一共)|(?<=还剩)|(?<=还有)|(?<=销了)|(?<=给的)|(?<=明天)|(?<=今天))好多", "多少"),
    )
)  # fmt: skip
_WATCHED = lazy(r"督办|挂牌")
_CLOSING = lazy(
    r"(?:申请|请求|恳请|同意|准予|予以|可以|可|不予|不能|不可|不给|给|合格|通过|完成|完毕|到位|没|未|待|已|应|该)"
    r"[,\s]*(?:办理|将其|给|了)?(?P<a>摘牌)|(?P<b>摘牌)(?=率|日|期|时|条件|申请|手续|材料|了?没|了?吗|了?么)"
)
_TERM = lazy(r"(?:摘牌|[销消]账)(?:期限|时限|日期|日(?=[改定是为到前,\s]))")
_OPEN = lazy(r"(?<=[没未])摘(?=$|[的了,。?!;\s]|掉)")
_BOOKS = lazy(r"[销消]账(?!户|面|单)")


def plain(flat: str) -> str:
    """The flat text in the bot's own words; as long as before, so that every place stays where it was."""
    if not _HINT.search(flat):
        return flat
    if not _WATCHED.search(flat):
        flat = _TERM.sub(lambda m: "整改期限" if len(m[0]) == len("整改期限") else "到期日", flat)
        flat = _CLOSING.sub(lambda m: m[0].replace("摘牌", "销号"), flat)
        flat = _OPEN.sub("销", flat)
    for pattern, word in _DIALECT:
        flat = pattern.sub(word, flat)
    return _BOOKS.sub("销号", flat)
