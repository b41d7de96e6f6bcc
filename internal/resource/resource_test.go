package resource

import (
	"reflect"
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
