"""The console: pages at `/_console` that show a server's sandboxes and set their scenes.

The pages are Flask's; they use the control API over HTTP, as every other client does. Nothing here
is imported before the first page is asked for, but for `mount`.
"""
