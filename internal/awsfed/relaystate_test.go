package awsfed_test

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/awsfed"
)

var goodRelayStates = map[string][]string{
	"aws": {
		"https://console.aws.amazon.com",
		"https://console.aws.amazon.com/",
		"https://console.aws.amazon.com/ec2/home?region=eu-central-1#Instances:sort=instanceId",
		"https://eu-central-1.console.aws.amazon.com/s3/buckets/b?tab=objects",
		"https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Faws$252Flambda",
		"https://console.aws.amazon.com?x=https://evil.example/@",
		"https://console.aws.amazon.com#@evil.example",
		"https://s3.console.aws.amazon.com/s3/home",
		"https://support.console.aws.amazon.com/support/home#/",
		"https://a.eu-central-1.console.aws.amazon.com/",
		"https://cn-north-1.console.aws.amazon.com/",
	},
	"aws-cn": {
		"https://console.amazonaws.cn/", "https://cn-north-1.console.amazonaws.cn/console/home", "https://s3.console.amazonaws.cn/s3",
	},
	"aws-us-gov": {"https://console.amazonaws-us-gov.com/", "https://us-gov-west-1.console.amazonaws-us-gov.com/x", "https://s3.console.amazonaws-us-gov.com/"},
}

var badRelayStates = []string{
	"/", "//console.aws.amazon.com/", "console.aws.amazon.com", "javascript:alert(1)",
	"http://console.aws.amazon.com/", "HTTPS://console.aws.amazon.com/", "https:/console.aws.amazon.com/", "https:console.aws.amazon.com",
	"https://evil.example/", "https://evil.example/https://console.aws.amazon.com/",
	"https://console.aws.amazon.com.evil.example/", "https://evilconsole.aws.amazon.com/", "https://console.aws.amazon.com./",
	"https://.console.aws.amazon.com/", "https://a..console.aws.amazon.com/", "https://-a.console.aws.amazon.com/", "https://a_b.console.aws.amazon.com/",
	"https://" + strings.Repeat("a", 64) + ".console.aws.amazon.com/", "https://" + strings.Repeat("a.", 120) + "console.aws.amazon.com/",
	"https://quicksight.aws.amazon.com", "https://111122223333-abcdefgh.signin.aws.amazon.com/", "https://console.amazonaws.cn/", "https://signin.aws.amazon.com/", "https://aws.amazon.com/",
	"https://console.aws.amazon.com:443/", "https://console.aws.amazon.com:@evil.example/", "https://u@console.aws.amazon.com/",
	"https://console.aws.amazon.com@evil.example/", "https://console.aws.amazon.com%2f@evil.example/", "https://console%2eaws.amazon.com/",
	`https://console.aws.amazon.com\@evil.example/`, `https://evil.example\.console.aws.amazon.com/`, `https:\\console.aws.amazon.com/`,
	"https://console.aws.amazon.com/ x", "https://console.aws.amazon.com/\n", " https://console.aws.amazon.com/", "https://console.aws.amazon.com/\x00",
	"https://console.aws.amazon.com/\u2028", "https://console.aws.amazоn.com/", "https://ⓒonsole.aws.amazon.com/", "https://console。aws.amazon.com/",
	`https://console.aws.amazon.com/a\b`, `https://console.aws.amazon.com/#\`,
	"https://CONSOLE.AWS.AMAZON.COM/", "https://console.aws.amazon.com/%zz",
}

// relay asks for a relay state at a connector that lists none.
func relay(partition, asked string) (string, error) {
	c := connector()
	c.Partition = partition
	return awsfed.RelayState(c, asked)
}

func TestRelayStateOfTheConsoleIsTaken(t *testing.T) {
	for name, states := range goodRelayStates {
		for _, state := range states {
			got, err := relay(name, state)
			if err != nil || got != state {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
	}
}

func TestRelayStateElsewhereIsRefused(t *testing.T) {
	for _, state := range badRelayStates {
		_, err := relay("aws", state)
		if !errors.Is(err, awsfed.ErrRelayState) {
			t.Errorf("%q gives %v", state, err)
		}
	}
}

func TestRelayStateIsRefusedWithTheReason(t *testing.T) {
	for state, why := range map[string]string{
		"http://console.aws.amazon.com/":      "does not begin with https://",
		"https://console.aws.amazon.com:443/": "a port",
		"https://evil.example/":               "is not a page of https://console.aws.amazon.com or a host below it",
		"https://quicksight.aws.amazon.com":   "is not one of the pages that connector",
		"https://console.aws.amazon.com/é":    "not ASCII",
		"https://console.aws.amazon.com/%zz":  "is not a well-formed address",
	} {
		_, err := relay("aws", state)
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q gives %v, want …%s…", state, err, why)
		}
	}
}

func TestRelayStateHasAtMost4096Characters(t *testing.T) {
	base := "https://console.aws.amazon.com/"
	_, err := relay("aws", base+strings.Repeat("a", 4096-len(base)))
	must(t, err)
	_, err = relay("aws", base+strings.Repeat("a", 4097-len(base)))
	if !errors.Is(err, awsfed.ErrRelayState) || len(err.Error()) > 300 {
		t.Errorf("got %v", err)
	}
}

// TestRelayStateNamesNobodysSession: the console writes the session of the person
// who copied a link into its host, where it means nothing to anybody else.
func TestRelayStateNamesNobodysSession(t *testing.T) {
	tests := []struct{ partition, asked, want string }{
		{"aws", "https://111122223333-abcd1234.eu-central-1.console.aws.amazon.com/ec2/home?region=eu-central-1#Instances:", "https://eu-central-1.console.aws.amazon.com/ec2/home?region=eu-central-1#Instances:"},
		{"aws", "https://111122223333-abcd1234.console.aws.amazon.com", "https://console.aws.amazon.com"},
		{"aws-cn", "https://111122223333-abcd1234.cn-north-1.console.amazonaws.cn/", "https://cn-north-1.console.amazonaws.cn/"},
		{"aws", "https://11112222333-abcd1234.eu-central-1.console.aws.amazon.com/", "https://11112222333-abcd1234.eu-central-1.console.aws.amazon.com/"},
		{"aws", "https://s3.console.aws.amazon.com/111122223333-abcd1234.x/", "https://s3.console.aws.amazon.com/111122223333-abcd1234.x/"},
	}
	for _, tt := range tests {
		got, err := relay(tt.partition, tt.asked)
		if err != nil || got != tt.want {
			t.Errorf("%q gives %q, %v, want %q", tt.asked, got, err, tt.want)
		}
	}
}

func TestRelayStateOfALaunch(t *testing.T) {
	const start, ec2, s3 = "https://console.aws.amazon.com/", "https://console.aws.amazon.com/ec2/home", "https://console.aws.amazon.com/s3/"
	const sight, stream = "https://quicksight.aws.amazon.com", "https://appstream2.euc-sso.eu-central-1.aws.amazon.com/saml?stack=a&accountId=111122223333"
	const mine = "https://111122223333-abcd1234.console.aws.amazon.com/s3/"
	tests := []struct {
		name, own string
		listed    []string
		asked     string
		want      string
		refused   bool
	}{
		{"is empty when none is asked for and the connector has none", "", nil, "", "", false},
		{"is the connector's own when none is asked for", ec2, nil, "", ec2, false},
		{"is the one asked for", ec2, nil, s3, s3, false},
		{"may be the connector's own although others are listed", ec2, []string{s3}, ec2, ec2, false},
		{"may be one of those listed", ec2, []string{start, s3}, s3, s3, false},
		{"may not be another than those listed", ec2, []string{s3}, start, "", true},
		{"is compared letter for letter with those listed", "", []string{s3}, s3 + "?", "", true},
		{"may be listed with somebody's session", "", []string{mine}, s3, s3, false},
		{"may be asked for with another's session", "", []string{s3}, mine, s3, false},
		{"may be listed though it is the connector's own, which narrows too", ec2, []string{ec2}, s3, "", true},
		{"may be of another service that is listed", "", []string{sight, stream}, stream, stream, false},
		{"may be of another service that is the connector's own", sight, nil, "", sight, false},
		{"may not be of another service that is not listed", "", []string{sight}, stream, "", true},
		{"is compared letter for letter with those of other services", "", []string{sight}, sight + "/x", "", true},
		{"may be any of the console where other services alone are listed", "", []string{sight}, s3, s3, false},
		{"may not be elsewhere", "", nil, "https://evil.example/", "", true},
		{"may not be elsewhere even when it is listed", "", []string{"https://evil.example/"}, "https://evil.example/", "", true},
		{"may not be elsewhere even when it is the connector's own", "https://evil.example/", nil, "", "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := connector()
			c.RelayState, c.RelayStates = tt.own, tt.listed
			got, err := awsfed.RelayState(c, tt.asked)
			if got != tt.want || errors.Is(err, awsfed.ErrRelayState) != tt.refused || err != nil && !tt.refused {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func FuzzRelayState(f *testing.F) {
	for name, states := range goodRelayStates {
		for _, state := range states {
			f.Add(name, state)
		}
	}
	for _, state := range badRelayStates {
		f.Add("aws", state)
	}
	allowed := map[string]*regexp.Regexp{
		"aws":        regexp.MustCompile(`^([a-z0-9-]+\.)*console\.aws\.amazon\.com$`),
		"aws-cn":     regexp.MustCompile(`^([a-z0-9-]+\.)*console\.amazonaws\.cn$`),
		"aws-us-gov": regexp.MustCompile(`^([a-z0-9-]+\.)*console\.amazonaws-us-gov\.com$`),
	}
	f.Fuzz(func(t *testing.T, partition, state string) {
		got, err := relay(partition, state)
		if err != nil || got == "" {
			return
		}
		u, err := url.Parse(got)
		must(t, err)
		if !strings.HasSuffix(state, strings.TrimPrefix(got, "https://")) {
			t.Errorf("%q becomes %q", state, got)
		}
		if u.Scheme != "https" || u.User != nil || !allowed[partition].MatchString(u.Host) {
			t.Errorf("%q leads to %q", state, u.Host)
		}
		if strings.ContainsAny(state, "\\ \t\r\n") {
			t.Errorf("%q is read otherwise by browsers", state)
		}
	})
}
