package plan_test

import (
	"bytes"
	"fmt"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gatepost/gatepost/internal/plan"
)

// A long section is encoded in parts, which must not show.
func TestALongFileIsWrittenAsIfInOnePiece(t *testing.T) {
	texts := []string{"plain", "two\nlines", "a gap\n\nand an end\n", "  ahead\nof it", "\n\nfar\n\n", "- x: y", "true", "#no comment", "tail  ", "\ttab\n  z\n", " ", "\n", "0x1f"}
	long := &plan.File{Version: plan.FileVersion}
	for i := range 250 {
		text := texts[i%len(texts)]
		long.Connectors = append(long.Connectors, plan.Connector{Slug: fmt.Sprintf("c-%03d", i), Description: text, Groups: []string{}})
		long.Groups = append(long.Groups, plan.Group{Name: fmt.Sprintf("g-%03d", i), Description: text, Members: plan.Section[plan.Member]{}})
		long.Users = append(long.Users, plan.User{Email: fmt.Sprintf("u%03d@example.com", i), Attributes: map[string]string{"text": text}})
	}
	for name, f := range map[string]*plan.File{
		"of three sections": long,
		"of one":            {Version: plan.FileVersion, Groups: long.Groups[:101]},
		"of one part":       {Version: plan.FileVersion, Groups: long.Groups[:100]},
		"of empty sections": {Version: plan.FileVersion, Connectors: plan.Section[plan.Connector]{}, Users: plan.Section[plan.User]{}},
		"that asks nothing": {Version: plan.FileVersion},
	} {
		var whole bytes.Buffer
		encoder := yaml.NewEncoder(&whole)
		encoder.SetIndent(2)
		err := encoder.Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		text, err := f.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		_, text, _ = bytes.Cut(text, []byte("destroyed.\n"))
		if !bytes.Equal(text, whole.Bytes()) {
			t.Errorf("a file %s is written as\n%s", name, text)
		}
	}
}

func TestAFileSaysAtItsHeadWhatItHolds(t *testing.T) {
	settings, users := &plan.Settings{}, plan.Section[plan.User]{}
	for want, f := range map[string]*plan.File{
		"# Gatepost: connectors, groups and the grants between them.\n":                       {Version: plan.FileVersion},
		"# Gatepost: settings, connectors, groups and the grants between them.\n":             {Version: plan.FileVersion, Settings: settings},
		"# Gatepost: settings, connectors, groups and the grants between them, and people.\n": {Version: plan.FileVersion, Settings: settings, Users: users},
	} {
		text, err := f.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(text, []byte(want)) {
			t.Errorf("a file begins %.90q, want %q", text, want)
		}
	}
}
