package reqctx

import "testing"

func TestTheMarkIsPutOnceOnWhateverPath(t *testing.T) {
	for next, want := range map[string]string{
		"/":                                  "/",
		"":                                   "/",
		"https://evil.example.com":           "/",
		"/sso/aws-a":                         "/sso/aws-a?elsewhere=",
		"/%73so/aws-a?role=r":                "/%73so/aws-a?elsewhere=&role=r",
		"/sso/aws-a?elsewhere=":              "/sso/aws-a?elsewhere=",
		"/sso/aws-a?elsewhere=x&elsewhere=y": "/sso/aws-a?elsewhere=",
	} {
		if got := Marked(next); got != want || Marked(got) != got {
			t.Errorf("%q becomes %q, want %q", next, got, want)
		}
	}
}
