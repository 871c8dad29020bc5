"""What cannot be undone is asked about first: in a dialog or, where no script runs, on a page."""

from __future__ import annotations

from flask import render_template, request

QUESTION, YES = "ask-first", "ask-yes"
"""Fields of a form: the question, and what the button says that answers it. The script takes them
out once its dialog is answered; `parts.html` has them, too.
"""


def ask() -> str | None:
    """The page with a form's question, and the form once more, without it (before each request)."""
    question = request.form.get(QUESTION) if request.method == "POST" else None
    if not question:
        return None
    others = request.form.items(multi=True)
    return render_template(
        "question.html",
        question=question,
        yes=request.form.get(YES) or "Yes",
        fields=[(name, value) for name, value in others if name not in (QUESTION, YES)],
        name=(request.view_args or {}).get("name"),
    )
