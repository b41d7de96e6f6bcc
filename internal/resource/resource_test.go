package resource

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

func TestConnectorGoesOutAndComesBack(t *testing.T) {
	c := &idp.Connector{
		Slug: "aws-a", Kind: idp.KindAWS, Label: "AWS A", Shown: true, EntityID: "https://sso.example.com/metadata/aws-a",
		Partition: "aws", RelayStates: []string{"https://console.aws.amazon.com/s3"}, SessionDuration: 90 * time.Minute, ConfirmCross: true,
		Roles:      []idp.Role{{RoleARN: "arn:aws:iam::111122223333:role/A", ProviderARN: "arn:aws:iam::111122223333:saml-provider/G"}},
		Attributes: []idp.AttributeRule{{Name: "RoleSessionName", Value: "${user.email}"}},
	}
	shown := FromConnector(c, nil, nil)
	if shown.SessionDuration != "1h30m" || shown.Key.State != "none" {
		t.Errorf("shown as %q, key %q", shown.SessionDuration, shown.Key.State)
	}
	back, err := shown.Domain()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(&back, c) {
		t.Errorf("came back as\n%+v\nwant\n%+v", back, *c)
	}
}

func TestDurationsAreShownAsPeopleWriteThem(t *testing.T) {
	for d, want := range map[time.Duration]string{time.Hour: "1h", 12 * time.Hour: "12h", 15 * time.Minute: "15m", 90 * time.Minute: "1h30m", 901 * time.Second: "15m1s"} {
		got := short(d)
		if got != want {
			t.Errorf("short(%v) = %q, want %q", d, got, want)
		}
		back, err := time.ParseDuration(got)
		if err != nil || back != d {
			t.Errorf("%q reads as %v, %v", got, back, err)
		}
	}
}

func TestReadConnectorRefusesWhatNobodyWouldSee(t *testing.T) {
	cases := []struct{ name, file, want string }{
		{"YAML", "slug: aws-a\nlabel: AWS A\n", ""},
		{"JSON", `{"slug":"aws-a","label":"AWS A","roles":[{"role_arn":"r","provider_arn":"p","groups":[]}]}`, ""},
		{"an unknown field", "slug: aws-a\nlabell: x\n", "labell"},
		{"a field in another case", "Slug: aws-a\n", "Slug"},
		{"a field twice", "slug: a\nslug: b\n", "slug"},
		{"a wrong type", "slug: [a]\n", "cannot"},
		{"an alias", "slug: &a aws-a\nlabel: *a\n", "alias"},
		{"two documents", "slug: a\n---\nslug: b\n", "more than one"},
		{"nothing", "", "empty"},
		{"too much", "slug: " + strings.Repeat("a", MaxFile), "1 MiB"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := ReadConnector([]byte(c.file))
			if c.want == "" {
				if err != nil || got.Slug != "aws-a" || got.Label != "AWS A" {
					t.Fatalf("got %+v, %v", got, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want a problem with %q", err, c.want)
			}
		})
	}
}

// FuzzReadConnector states that whatever a file holds, it is read or refused.
func FuzzReadConnector(f *testing.F) {
	f.Add([]byte("slug: aws-a\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("{"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ReadConnector(data)
		if (c == nil) == (err == nil) {
			t.Fatalf("got %v, %v", c, err)
		}
	})
}
