// Package page is how Gatepost looks: the layout, templates, stylesheet, script
// and security headers that every face of the web shares.
//
// A face fills in the struct of a page, such as [SignIn] or [Portal], and gives
// it to [Renderer.Write] with a status. The page comes out whole or not at all:
// when Write returns an error nothing has been sent yet.
//
//	pages, err := page.New(page.Options{URL: "https://sso.example.com"})
//	…
//	err = pages.Write(w, http.StatusOK, page.Portal{User: user, Tiles: tiles})
//
// Answers that are no page (redirects, metadata, images) take their headers from
// [Renderer.Harden]. The stylesheet, script and pictures are served by
// [Renderer.Assets] under /assets/, with a hash of their content in the name.
//
// Every page works without JavaScript. No page has inline styles, inline event
// handlers or a person's data in a script, so that the Content-Security-Policy
// can be strict.
package page
