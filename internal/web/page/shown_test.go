package page

import (
	"html/template"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestWhatWasStoredBeforeItsRuleSteersNoPage(t *testing.T) {
	set := template.Must(template.New("x").Parse("<p>{{.}}</p>\n<input value=\"{{.}}\"><textarea>{{.}}</textarea><b>{{.}}</b>"))
	for _, hidden := range []string{"\u202e", "\u009b", "\u034f", "\u3164", "\u2800", "\U000e0041"} {
		name := "a" + hidden + "b"
		got, err := written(set, name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(got)
		if strings.Contains(text, "<p>"+name) || strings.Contains(text, "<b>"+name) || !strings.Contains(text, `value="`+name) || !strings.Contains(text, "<textarea>"+name+"</textarea>") {
			t.Errorf("wrote %q", text)
		}
	}
}

// chosen are the places of templates where texts stand that people choose, in any
// writing.
var chosen = regexp.MustCompile(`\{\{\$?(\.[A-Za-z.]*)?(\.Label|\.Called|\.Description|\.Query|\.Before|\.After)\}\}`)

// TestNamesStandApartFromTheirSentence wants each text that people choose in a <bdi>,
// so that its direction of writing does not turn what stands around it.
func TestNamesStandApartFromTheirSentence(t *testing.T) {
	files, err := filepath.Glob("templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("../console/templates/*.html")
	if err != nil || len(files) == 0 || len(more) == 0 {
		t.Fatal(err)
	}
	for _, file := range append(files, more...) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		for _, at := range chosen.FindAllStringIndex(text, -1) {
			before := text[:at[0]]
			inTag := strings.LastIndexByte(before, '<') > strings.LastIndexByte(before, '>')
			ours := strings.HasSuffix(file, "parts_form.html") || strings.Contains(before[strings.LastIndexByte(before, '\n')+1:], "<label") || strings.HasSuffix(before, `for="q">`)
			if !inTag && !ours && !strings.HasSuffix(before, "<bdi>") {
				t.Errorf("%s: %s stands in no <bdi>", filepath.Base(file), text[at[0]:at[1]])
			}
		}
	}
}

// Sentences that programs put together have names in them, too.
func TestNamesWithinASentenceTurnNothingBesideThem(t *testing.T) {
	set := template.Must(template.New("x").Parse("<title>{{.}}</title><p title=\"{{.}}\">{{.}}</p><select><option>{{.}}</option></select><textarea>{{.}}</textarea><bdi>{{.}}</bdi>"))
	for sentence, want := range map[string]string{
		"grant 5 of אבג דהו, عربي: 7 people": "grant 5 of <bdi>אבג דהו</bdi>, <bdi>عربي</bdi>: 7 people",
		"א-ב":          "<bdi>א-ב</bdi>",
		"א (1) <ב>":    "<bdi>א</bdi> (1) &lt;<bdi>ב</bdi>&gt;",
		"latin, 日本語 …": "latin, 日本語 …",
	} {
		got, err := written(set, sentence)
		if err != nil {
			t.Fatal(err)
		}
		plain := template.HTMLEscapeString(sentence)
		all := "<title>" + plain + "</title><p title=\"" + plain + "\">" + want + "</p><select><option>" + plain + "</option></select><textarea>" + plain + "</textarea><bdi>" + plain + "</bdi>"
		if string(got) != all {
			t.Errorf("wrote %s\nwant  %s", got, all)
		}
	}
}
