package idp

import (
	"strings"
	"testing"
)

func TestASlugIsProposedForALabel(t *testing.T) {
	for label, want := range map[string]string{
		"AWS A": "aws-a", "  AWS  (prod) – West ": "aws-prod-west", "日本": "", "": "", "---": "", "a_b.c": "a-b-c",
		strings.Repeat("ab ", 40): strings.Repeat("ab-", 20) + "ab-"[:2],
	} {
		got := SlugOf(label)
		if got != want {
			t.Errorf("SlugOf(%q) = %q, want %q", label, got, want)
		}
		if got != "" && !slugPattern.matches(got) {
			t.Errorf("%q is no slug", got)
		}
	}
}
