package resource_test

import (
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

func TestWhatIsNotSeenIsEscapedInYAML(t *testing.T) {
	want := map[string][]string{
		"a\u202eb": {"\u202e # x: y", "\u009b2J", "a\u034f\nb\n", "\U000e0041", "\u2800", "\ufeff", "\ue000", "usual", "two\nlines\n"},
		"plain":    {strings.Repeat("long words ", 40) + "\u3164"},
	}
	text, err := resource.MarshalYAML(want)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsFunc(strings.ReplaceAll(string(text), "\n", ""), idp.Hidden) {
		t.Errorf("wrote %q", text)
	}
	var got map[string][]string
	err = yaml.Unmarshal(text, &got)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v: %q from\n%s", err, got, text)
	}
	text, err = resource.MarshalYAML([]string{"\tb\nc\u202e\n"})
	if err != nil || strings.Contains(string(text), "\u202e") {
		t.Errorf("%v: wrote %q", err, text)
	}
}
