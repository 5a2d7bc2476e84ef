"""The review page: the studio sees its work in a browser. A process of its own, so that nothing there holds work up."""
