// Package console is the face of /admin: what administrators do, in a browser.
// Every page is made on the server and works without a script; every change is a
// POST that ends in a redirect. Who may do what is not decided here: all work goes
// through [admin.Administrator], and pages merely leave out the buttons that it
// would refuse.
//
// # How a page is added
//
// A page is a struct with the method heading, a template of its name in templates/
// that defines "content", and a step that fills the struct:
//
//	type tokensPage struct{ Tokens []tokenRow }
//
//	func (tokensPage) heading() heading {
//		return heading{Template: "tokens", Title: "Tokens", Section: "/admin/tokens"}
//	}
//
//	func tokens(v *visit) error {
//		list, err := v.Tokens(v.ctx())
//		if err != nil {
//			return err // fail.go answers it
//		}
//		return v.show(http.StatusOK, tokensPage{…})
//	}
//
// Its route goes into routes.go, with the step of its POST beside the one of its
// GET and the operation that the POST needs; its section is in frame.go. A step that changed something ends
// in v.done(path, "key"), and what "key" says stands in notice.go.
//
// # Forms
//
// A [form] holds the values of controls that are named like the fields of the API,
// so that [idp.Problems] find their controls by themselves. A step reads it with
// posted, changes the resource under its match, and gives the error to refused,
// which takes problems and what somebody else saved meanwhile into the form:
//
//	f := posted(v.fields, groupControls, back)
//	_, err := v.UpdateGroup(v.ctx(), name, f.Match, func(g *resource.Group) error { … })
//	if f.refused(err, storedGroup) {
//		return v.show(f.status(), page)
//	}
//	if err != nil {
//		return err
//	}
//	return v.done(back, "saved")
//
// In the template stand {{template "match" .Form}}, {{template "summary" .Form}}
// and, for each control, one of "text", "mono", "area", "pem", "choice", "radio",
// "tick" and "ticks" with .Form.Field. The other parts (trail, tabs, states, search,
// pager, copy, block, diff, events, effect) are in templates/parts.html, their
// structs in kit.go and event.go. What must be confirmed shows a [confirmPage]:
// by confirmed where a connector changes, else by ask.
package console
