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
	},
	"aws-cn":     {"https://console.amazonaws.cn/", "https://cn-north-1.console.amazonaws.cn/console/home"},
	"aws-us-gov": {"https://console.amazonaws-us-gov.com/", "https://us-gov-west-1.console.amazonaws-us-gov.com/x"},
}

var badRelayStates = []string{
	"", "/", "//console.aws.amazon.com/", "console.aws.amazon.com", "javascript:alert(1)",
	"http://console.aws.amazon.com/", "HTTPS://console.aws.amazon.com/", "https:/console.aws.amazon.com/", "https:console.aws.amazon.com",
	"https://evil.example/", "https://evil.example/https://console.aws.amazon.com/",
	"https://console.aws.amazon.com.evil.example/", "https://evilconsole.aws.amazon.com/", "https://console.aws.amazon.com./",
	"https://evil.console.aws.amazon.com/", "https://.console.aws.amazon.com/", "https://a.eu-central-1.console.aws.amazon.com/",
	"https://cn-north-1.console.aws.amazon.com/", "https://console.amazonaws.cn/", "https://signin.aws.amazon.com/", "https://aws.amazon.com/",
	"https://console.aws.amazon.com:443/", "https://console.aws.amazon.com:@evil.example/", "https://u@console.aws.amazon.com/",
	"https://console.aws.amazon.com@evil.example/", "https://console.aws.amazon.com%2f@evil.example/", "https://console%2eaws.amazon.com/",
	`https://console.aws.amazon.com\@evil.example/`, `https://evil.example\.console.aws.amazon.com/`, `https:\\console.aws.amazon.com/`,
	"https://console.aws.amazon.com/ x", "https://console.aws.amazon.com/\n", " https://console.aws.amazon.com/", "https://console.aws.amazon.com/\x00",
	"https://console.aws.amazon.com/\u2028", "https://console.aws.amazоn.com/", "https://ⓒonsole.aws.amazon.com/", "https://console。aws.amazon.com/",
	`https://console.aws.amazon.com/a\b`, `https://console.aws.amazon.com/#\`,
	"https://CONSOLE.AWS.AMAZON.COM/", "https://console.aws.amazon.com/%zz",
}

func TestRelayStateOfTheConsoleIsTaken(t *testing.T) {
	for name, states := range goodRelayStates {
		p, _ := awsfed.PartitionByName(name)
		for _, state := range states {
			err := p.CheckRelayState(state)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestRelayStateElsewhereIsRefused(t *testing.T) {
	p, _ := awsfed.PartitionByName("aws")
	for _, state := range badRelayStates {
		err := p.CheckRelayState(state)
		if !errors.Is(err, awsfed.ErrRelayState) {
			t.Errorf("%q gives %v", state, err)
		}
	}
}

func TestRelayStateIsRefusedWithTheReason(t *testing.T) {
	p, _ := awsfed.PartitionByName("aws")
	for state, why := range map[string]string{
		"http://console.aws.amazon.com/":      "does not begin with https://",
		"https://console.aws.amazon.com:443/": "a port",
		"https://evil.example/":               "is not a page of https://console.aws.amazon.com or https://REGION.console.aws.amazon.com",
		"https://console.aws.amazon.com/é":    "not ASCII",
		"https://console.aws.amazon.com/%zz":  "is not a well-formed address",
	} {
		err := p.CheckRelayState(state)
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q gives %v, want …%s…", state, err, why)
		}
	}
}

func TestRelayStateHasAtMost1024Characters(t *testing.T) {
	p, _ := awsfed.PartitionByName("aws")
	base := "https://console.aws.amazon.com/"
	must(t, p.CheckRelayState(base+strings.Repeat("a", 1024-len(base))))
	err := p.CheckRelayState(base + strings.Repeat("a", 1025-len(base)))
	if !errors.Is(err, awsfed.ErrRelayState) || len(err.Error()) > 300 {
		t.Errorf("got %v", err)
	}
}

func TestRelayStateOfALaunch(t *testing.T) {
	const start, ec2, s3 = "https://console.aws.amazon.com/", "https://console.aws.amazon.com/ec2/home", "https://console.aws.amazon.com/s3/"
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
		"aws":        regexp.MustCompile(`^([a-z]{2}-[a-z]+-[0-9]+\.)?console\.aws\.amazon\.com$`),
		"aws-cn":     regexp.MustCompile(`^(cn-[a-z]+-[0-9]+\.)?console\.amazonaws\.cn$`),
		"aws-us-gov": regexp.MustCompile(`^(us-gov-[a-z]+-[0-9]+\.)?console\.amazonaws-us-gov\.com$`),
	}
	f.Fuzz(func(t *testing.T, partition, state string) {
		p, ok := awsfed.PartitionByName(partition)
		if !ok || p.CheckRelayState(state) != nil {
			return
		}
		u, err := url.Parse(state)
		must(t, err)
		if u.Scheme != "https" || u.User != nil || !allowed[partition].MatchString(u.Host) {
			t.Errorf("%q leads to %q", state, u.Host)
		}
		if strings.ContainsAny(state, "\\ \t\r\n") {
			t.Errorf("%q is read otherwise by browsers", state)
		}
	})
}
