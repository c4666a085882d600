def new_code() -> str:
    return "0" * 11


def format_code(c: str) -> str:
    return c
