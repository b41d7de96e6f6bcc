package idp

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// steering are texts that are read otherwise than they are stored.
var steering = []string{
	"a\nb", "a\rb", "a\tb", "a\x1b[2Jb", "a\x00b", "a\x7fb", "a\u0085b", "a\u009bb", // controls
	"a\u202eb", "a\u202ab", "a\u2066b", "a\u2069b", "a\u200eb", "a\u061cb", // direction
	"a\u200bb", "a\u200db", "a\u00adb", "a\u2060b", "a\ufeffb", "a\u2028b", "a\u2029b", // formats
	"a\u034fb", "a\u115fb", "a\u1160b", "a\u17b4b", "a\u3164b", "a\uffa0b", "a\u2800b", "a\ufffcb", // fillers
	"a\ufe0fb", "a\U000e0100b", "a\u180bb", "a\U000e0041b", "a\U0001d159b", "a\U00016fe4b", // selectors, tags
	"a\ue000b", "a\U000f0000b", "a\ufdd0b", "a\uffffb", "a\xffb", "a\xed\xa0\x80b", // no characters of anybody
	"\u0301a", "a\u0301\u0302\u0303\u0304\u0305", // marks over others
}

var blankEnds = []string{" ", "  ", " a", "a ", "\u00a0", "a\u00a0", "\u3000a", "\u2003", "\u1680a"}

var usual = []string{"a", "Zoë Ångström", "Zoe\u0308", "O'Brien & Söhne (prod)", "山田　太郎", "משה כהן", "محمد", "ประเสริฐ", "x\u05b0\u05b1\u05b2", "<b>", "👍", "a b", "½ €"}

func TestTextThatSteersIsRefused(t *testing.T) {
	for _, s := range steering {
		if len(CheckText("name", s, 0, 64)) == 0 {
			t.Errorf("%q is taken", s)
		}
	}
	for _, s := range blankEnds {
		problems := CheckText("name", s, 0, 64)
		if len(problems) != 1 || !strings.Contains(problems[0].Reason, "blank") {
			t.Errorf("%q: %v", s, problems)
		}
	}
	for _, s := range usual {
		if problems := CheckText("name", s, 1, 64); len(problems) > 0 {
			t.Errorf("%q is refused: %v", s, problems)
		}
	}
}

func TestEveryTextOfTheDomainKeepsTheRule(t *testing.T) {
	for _, s := range append(append([]string{}, steering...), blankEnds...) {
		for field, err := range map[string]error{
			"label":               (&Connector{Slug: "a", Kind: KindBookmark, URL: "https://example.com/", Label: s}).Validate(),
			"description":         (&Connector{Slug: "a", Kind: KindBookmark, URL: "https://example.com/", Label: "a", Description: s}).Validate(),
			"url":                 (&Connector{Slug: "a", Kind: KindBookmark, URL: "https://example.com/" + s, Label: "a"}).Validate(),
			"entity_id":           (&Connector{Slug: "a", Kind: KindAWS, Label: "a", EntityID: s}).Validate(),
			"attributes[0].name":  (&Connector{Slug: "a", Kind: KindAWS, Label: "a", EntityID: "x", Attributes: []AttributeRule{{Name: s, Value: "x"}}}).Validate(),
			"attributes[0].value": (&Connector{Slug: "a", Kind: KindAWS, Label: "a", EntityID: "x", Attributes: []AttributeRule{{Name: "x", Value: s}}}).Validate(),
			"name":                (&User{Email: "a@example.com", Name: s}).Validate(),
			`attributes["team"]`:  (&User{Email: "a@example.com", Attributes: map[string]string{"team": s}}).Validate(),
		} {
			if field == "url" && s == "\u0301a" {
				continue // it stands on a letter there
			}
			t.Run(field, func(t *testing.T) { checkField(t, err, field) })
		}
		t.Run("group", func(t *testing.T) { checkField(t, (&Group{Name: "g", Description: s}).Validate(), "description") })
	}
}

func TestWhatARuleComesToKeepsTheRuleToo(t *testing.T) {
	for _, s := range append(append([]string{}, steering...), blankEnds...) {
		u := &User{ID: "u1", Email: "a@example.com", Attributes: map[string]string{"team": s}}
		value, err := AttributeRule{Name: "PrincipalTag:team", Value: "${user.attributes.team}"}.Expand(u)
		if err == nil {
			t.Errorf("stored %q would be signed as %q", s, value)
		}
	}
}

func TestShownTextDoesNotSteer(t *testing.T) {
	for _, c := range []struct{ text, keep, want string }{
		{"Zoë 東京 <b>", "", "Zoë 東京 <b>"},
		{"a\u202eb\u009b", "", `a\u202eb\u009b`},
		{"a\nb\tc", "\n", "a\nb" + `\u0009c`},
		{"\U000e0041\xff", "", `\U000e0041\xff`},
		{"\ufffd", "", "\ufffd"},
	} {
		if got := Shown(c.text, c.keep); got != c.want {
			t.Errorf("%q is shown as %q, want %q", c.text, got, c.want)
		}
	}
	for _, s := range steering {
		if got := Shown(s, ""); strings.ContainsFunc(got, Hidden) || !utf8.ValidString(got) {
			t.Errorf("%q is shown as %q", s, got)
		}
	}
}

// FuzzText states that what is taken has no hidden character and no blank end, that
// whatever is shown has none, and that JSON says the same as before.
func FuzzText(f *testing.F) {
	for _, s := range append(append(append([]string{}, steering...), blankEnds...), usual...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		taken := len(CheckText("name", s, 1, 64)) == 0
		if taken && (s == "" || strings.ContainsFunc(s, Hidden) || BlankEnds(s) || !XMLText(s) || strings.ContainsFunc(s, unicode.IsControl)) {
			t.Errorf("%q is taken", s)
		}
		shown := Shown(s, "")
		if strings.ContainsFunc(shown, Hidden) || !utf8.ValidString(shown) || taken && shown != s {
			t.Errorf("%q is shown as %q", s, shown)
		}
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var was, is string
		safe := ShownJSON(string(text))
		err = json.Unmarshal([]byte(safe), &is)
		if json.Unmarshal(text, &was) != nil || err != nil || was != is || strings.ContainsFunc(safe, Hidden) {
			t.Errorf("%s became %s: %v", text, safe, err)
		}
	})
}
