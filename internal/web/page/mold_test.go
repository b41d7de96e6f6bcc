package page

import (
	"strings"
	"testing"
)

func ordinary() Launch {
	return Launch{
		User: alice, Connector: awsA, Role: saml,
		Action: "https://signin.aws.amazon.com/saml", FormAction: []string{"https://*.aws.amazon.com"},
		SAMLResponse: strings.Repeat("PHNhbWwycDpSZXNwb25zZSB4bWxuczpzYW1scD0idXJuOm9hc2lzOm5hbWVz/+==", 110), Again: "/sso/aws-a",
	}
}

// launches are launches of all shapes, and such as must not be filled in.
func launches() map[string]Launch {
	all := map[string]Launch{"ordinary": ordinary()}
	add := func(name string, change func(*Launch)) {
		l := ordinary()
		change(&l)
		all[name] = l
	}
	add("nothing", func(l *Launch) {
		*l = Launch{Action: l.Action, FormAction: l.FormAction}
	})
	add("a relay state", func(l *Launch) { l.RelayState = "https://eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1" })
	add("the demo", func(l *Launch) {
		l.RealAddress, l.Action, l.FormAction = l.Action, "http://localhost:8080/demo/acs/aws-a", []string{"'self'"}
	})
	add("an image", func(l *Launch) { l.Connector.Image = "/images/aws-a/3" })
	add("no role", func(l *Launch) { l.Role = Role{} })
	add("an end of the access", func(l *Launch) { l.Ending = Ending{Access: ends, Session: ends} })
	add("an end that is near, of one of several roles", func(l *Launch) {
		l.Role, l.Ending = Role{}, Ending{Access: ends, Session: ends, Early: "AWS may refuse one this short"}
	})
	add("an end of the session alone", func(l *Launch) { l.Ending.Session = ends })
	add("an administrator", func(l *Launch) { l.User.Admin = true })
	add("a plus in an address", func(l *Launch) { l.User.Email = "alice+test@example.com" })
	for name, hostile := range map[string]string{
		"markup": `"><script>alert(1)</script>`, "an apostrophe": "O'Brien & sons", "a NUL": "a\x00b", "other letters": "Überkonto 本番",
		"no UTF-8": "\xff\xfe", "a percent": "100%", "a space": " a b ", "a mark": mark + "0/",
	} {
		add(name+" in texts", func(l *Launch) {
			l.User.Email, l.Connector.Label, l.Role.Name, l.RelayState, l.RealAddress, l.SAMLResponse = hostile, hostile, hostile, hostile, hostile, hostile
		})
		add(name+" in addresses", func(l *Launch) {
			l.Again, l.Connector.Image = "/sso/aws-a?x="+hostile, "/images/"+hostile
		})
	}
	for name, path := range map[string]string{"a script": "javascript:alert(1)", "another site": "//evil.example/", "a whole address": "https://evil.example/"} {
		add(name+" to start afresh", func(l *Launch) { l.Again = path })
		add(name+" for an image", func(l *Launch) { l.Connector.Image = path })
	}
	add("an address with a query", func(l *Launch) { l.Action += "?a=b&c=d" })
	return all
}

func TestALaunchIsWrittenAsItsTemplateWritesIt(t *testing.T) {
	pages := newRenderer(t)
	for name, l := range launches() {
		t.Run(name, func(t *testing.T) {
			for range 2 { // the mold is made, and is there
				sameAsTemplate(t, pages, l)
			}
		})
	}
}

func sameAsTemplate(t *testing.T, pages *Renderer, l Launch) {
	t.Helper()
	v, err := l.view()
	if err != nil {
		t.Fatal(err)
	}
	want, err := pages.execute(v)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pages.body(v)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// A template evaluates each of its actions by reflection, with hundreds of
// allocations.
func TestAnOrdinaryLaunchIsNotEvaluated(t *testing.T) {
	pages := newRenderer(t)
	v, err := ordinary().view()
	if err != nil {
		t.Fatal(err)
	}
	allocations := testing.AllocsPerRun(10, func() {
		_, err := pages.body(v)
		if err != nil {
			t.Fatal(err)
		}
	})
	if allocations > 20 {
		t.Errorf("a launch takes %.0f allocations", allocations)
	}
}

// Whatever a launch's values are, html/template has the last word on how they are
// written.
func FuzzLaunch(f *testing.F) {
	for _, l := range launches() {
		f.Add(l.Connector.Label, l.User.Email, l.Connector.Image, l.Role.Name, l.SAMLResponse, l.RelayState, l.Again)
	}
	pages := newRenderer(f)
	f.Fuzz(func(t *testing.T, label, email, image, role, response, relayState, again string) {
		l := ordinary()
		l.Connector.Label, l.User.Email, l.Connector.Image, l.Role.Name = label, email, image, role
		l.SAMLResponse, l.RelayState, l.Again = response, relayState, again
		sameAsTemplate(t, pages, l)
	})
}

func BenchmarkLaunch(b *testing.B) {
	pages := newRenderer(b)
	v, err := ordinary().view()
	if err != nil {
		b.Fatal(err)
	}
	for name, write := range map[string]func(view) ([]byte, error){"filled": pages.body, "executed": pages.execute} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := write(v)
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
