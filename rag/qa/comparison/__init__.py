"""Questions that code answers by comparing what several quotes say."""
