package console

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// importPage takes people from a CSV file: first what it would do, then it does.
type importPage struct {
	Trail  []link
	Form   form
	Result *importResult
	CSV    string // what was tried, for the form that does it

	warnings []resource.Warning // people whose launch would be refused
}

// Asks reports whether the page has the form for a file: all but after an import.
func (p importPage) Asks() bool { return p.Result == nil || p.Result.Dry }

// importResult is what an import did, or would do.
type importResult struct {
	Dry    bool
	Counts []number
	Failed importRows
	Others importRows
	Any    bool // there is something to do
	Later  int  // the first line that was not reached in time; 0 when all were
}

// importRows are lines of an import, as many as a page shows.
type importRows struct {
	Caption string
	Rows    []importRow
	More    string
}

type importRow struct {
	Line   int
	Email  string
	Fate   chip
	Detail string
}

func (p importPage) heading() heading {
	return heading{Template: "user_import", Title: p.Form.title("Import users"), Section: usersPath}
}

const importPath = usersPath + "/import"

func userImport(v *visit) error {
	err := admin.Allowed(v.Who(), admin.OpUser, admin.Target{})
	if err != nil {
		return err
	}
	return v.showImport(newForm("", map[string]string{"file": ""}, importPath), nil, "")
}

func (v *visit) showImport(f form, r *importResult, csv string) error {
	return v.show(f.status(), importPage{Trail: []link{{"Users", usersPath}}, Form: f, Result: r, CSV: csv})
}

// runImport tells what a file would do, or, when that was seen, does it. It
// answers with the result itself, which is kept nowhere.
func runImport(v *visit) error {
	f := form{Values: map[string]string{"file": v.fields["file"]}, Back: importPath}
	data := []byte(v.fields["file"])
	if len(v.files["file_file"]) > 0 {
		data = v.files["file_file"]
	}
	if !utf8.Valid(data) {
		f.Problems = idp.Problems{{Field: "file", Reason: "is not UTF-8", Remedy: "save it as CSV in UTF-8"}}
		return v.showImport(f, nil, "")
	}
	f.Values["file"] = string(data)
	dry := v.fields["run"] == ""
	done, err := v.ImportUsers(v.ctx(), data, dry)
	if f.refused(err, nothingStored) {
		return v.showImport(f, nil, "")
	}
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, importPage{Trail: []link{{"Users", usersPath}}, Form: f, Result: importResultOf(done), CSV: string(data), warnings: done.Warnings})
}

// How many lines of an import a page shows.
const (
	maxFailed = 500
	maxOthers = 200
)

func importResultOf(r resource.Import) *importResult {
	shown := &importResult{Dry: r.DryRun, Any: r.Created+r.Updated > 0}
	for _, n := range []struct {
		n    int
		text string
	}{{r.Created, "created"}, {r.Updated, "changed"}, {r.Unchanged, "unchanged"}, {r.Failed, "refused"}} {
		text := n.text
		if r.DryRun && n.text != "unchanged" {
			text = "would be " + n.text
		}
		shown.Counts = append(shown.Counts, number{Count: upTo(n.n, false), Text: text})
	}
	var failed, others []importRow
	for _, row := range r.Rows {
		if row.Does == "later" { // and so are all after it
			shown.Later = row.Line
			break
		}
		one := importRow{Line: row.Line, Email: row.Email, Fate: fateOf(row.Does), Detail: row.Detail}
		if row.Detail != "" {
			one.Detail = sentenceOf(strings.TrimSuffix(row.Detail, "."))
		}
		if one.Fate.Tone == bad {
			failed = append(failed, one)
		} else {
			others = append(others, one)
		}
	}
	shown.Failed = capped("Lines that are refused", failed, maxFailed)
	shown.Others = capped("Lines that are taken", others, maxOthers)
	return shown
}

func capped(caption string, rows []importRow, most int) importRows {
	if len(rows) <= most {
		return importRows{caption, rows, ""}
	}
	return importRows{caption, rows[:most], "and " + count(len(rows)-most, false, "more line", "more lines")}
}

// fateOf is what becomes of a line.
func fateOf(does string) chip {
	switch does {
	case "create":
		return chip{"New", good}
	case "update":
		return chip{"Changes", mild}
	case "nothing":
		return chip{"Unchanged", plain}
	}
	return chip{"Refused", bad}
}
