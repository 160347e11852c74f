"""The templates of mails."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


def filled(template: str, **values: object) -> str:
    """Return a template filled with values, which are escaped in HTML."""
    return _templates().get_template(template).render(values)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("core.mail", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
