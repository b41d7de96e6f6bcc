package main

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestYAMLSaysWhatJSONSays(t *testing.T) {
	value := map[string]any{
		"texts": []any{"", "yes", "no", "null", "~", "1", "1.5", "0x1f", "2026-07-01", "2026-07-01T08:00:00Z", "a: b", "# x", "- y", "${user.email}", "*a", "&b", "!c", "%d", "@e", "`", "{", "[", "'", "\"", "a\nb", "a\n", "\n", " a ", "\ta", "é", "👩‍💻", "\u2028", "\u0085", "\x7f", "\u009f", "\ufeff", "\uffff", "\x1b", "<&>"},
		"empty": map[string]any{}, "none": []any{}, "null": nil, "true": true, "number": float64(3), "big": float64(1 << 40),
	}
	var out bytes.Buffer
	err := encodeYAML(&out, value)
	if err != nil {
		t.Fatal(err)
	}
	var back any
	err = yaml.Unmarshal(out.Bytes(), &back)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(back)
	if err != nil {
		t.Fatal(err)
	}
	var again any
	err = json.Unmarshal(text, &again)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, value) {
		t.Errorf("got\n%#v\nwant\n%#v\nfrom\n%s", again, value, out.String())
	}
}

// Other readers of YAML take some words for true and false, and fold white space.
func TestYAMLQuotesWhatOthersReadDifferently(t *testing.T) {
	var out bytes.Buffer
	err := encodeYAML(&out, []string{"yes", "Off", "n", " a", "plain words", "${user.email}"})
	if err != nil {
		t.Fatal(err)
	}
	if want := "- \"yes\"\n- \"Off\"\n- \"n\"\n- \" a\"\n- plain words\n- ${user.email}\n"; out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}
