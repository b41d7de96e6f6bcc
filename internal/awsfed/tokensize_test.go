package awsfed_test

import (
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/saml"
)

// TestTheJudgeWarnsOfWhatDependsOnTheAccount: AWS accepts the response, and may
// still refuse the session.
func TestTheJudgeWarnsOfWhatDependsOnTheAccount(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*saml.Document)
		want  []string // parts of the causes
	}{
		{"an hour and a few tags", func(d *saml.Document) { set(d, "SessionDuration", "3600") }, nil},
		{"more than the hour of a new role", func(d *saml.Document) { set(d, "SessionDuration", "3601") }, []string{"asks for 1h0m1s, and a new role allows one hour; AWS documents the answer as “Requested DurationSeconds exceeds MaxSessionDuration set for this role.”"}},
		{"more tags than a token holds", func(d *saml.Document) {
			set(d, "SessionDuration", "3600")
			addTags(d, 40)
			for _, a := range d.Assertions[0].Attributes[len(d.Assertions[0].Attributes)-40:] {
				a.Values[0] = strings.Repeat("v", 60)
			}
			set(d, "PrincipalTag:k7", strings.Repeat("é", 200))
		}, []string{"larger than the 4096 bytes that AWS takes: about 5", "of which PrincipalTag:k7 (410 bytes), "}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc := prepared(t, compose(t, launch(connector())))
			tt.spoil(doc)
			verdict := awsfed.Judge(doc, nil, now)
			must(t, verdict.Err())
			var causes strings.Builder
			for _, w := range verdict.Warnings {
				causes.WriteString(w.Cause + "\n")
				if w.Rule == "" || w.Text == "" || w.Code == "" || w.Remedy == "" {
					t.Errorf("half a warning: %+v", w)
				}
			}
			for _, want := range tt.want {
				if !strings.Contains(causes.String(), want) {
					t.Errorf("got %q, want …%s…", causes.String(), want)
				}
			}
			if (len(tt.want) == 0) != (len(verdict.Warnings) == 0) {
				t.Errorf("warnings: %+v", verdict.Warnings)
			}
		})
	}
}

// TestTheTokenOfFiftyTagsOf340BytesDoesNotFit is the example that AWS's change of
// the limit is told by.
func TestTheTokenOfFiftyTagsOf340BytesDoesNotFit(t *testing.T) {
	c := connector()
	c.Attributes = tagRules(50)
	for i := range c.Attributes {
		c.Attributes[i].Value = strings.Repeat("v", 256)
	}
	if got := awsfed.Warnings(c).Error(); !strings.Contains(got, "4096 bytes") {
		t.Errorf("got %s", got)
	}
}
