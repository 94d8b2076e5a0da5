"""The course as a site: a chapter for each module, made from its release, and the pages beside the chapters."""
