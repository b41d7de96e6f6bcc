package console

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// How much one file of events holds. An answer of a function has 6 MB at most, and
// has to be ready in time.
const (
	maxExport     = 4 << 20
	maxExportTime = 8 * time.Second
)

// exportPage says that there are more events than one file holds.
type exportPage struct {
	Trail []link
	Count string
	Back  moment // how far back the file goes
	File  string
	Rest  string
}

func (exportPage) heading() heading {
	return heading{Template: "events_export", Title: "Export", Section: eventsPath}
}

// exportEvents hands the events out that the filter chooses, an event a line, the
// latest first. Where they do not fit into one file it says so first: a file that
// ends early must not be taken for the whole record.
func exportEvents(v *visit) error {
	f := posted(v.fields, eventControls, eventsPath)
	q, problems := eventQuery(f, v.fields["cursor"])
	if len(problems) > 0 {
		return problems
	}
	q.Limit = 100
	var file bytes.Buffer
	lines := json.NewEncoder(&file)
	lines.SetEscapeHTML(false)
	n, last := 0, ""
	end := v.h.Now().Add(maxExportTime)
	for {
		list, next, err := v.Events(v.ctx(), q)
		if err != nil {
			return err
		}
		for _, e := range list {
			err := lines.Encode(e)
			if err != nil {
				return err
			}
			n, last = n+1, e.At
		}
		q.Cursor = next
		if next == "" || file.Len() >= maxExport || v.h.Now().After(end) {
			break
		}
	}
	if q.Cursor == "" || v.fields["part"] != "" {
		return v.download("gatepost-events-"+v.h.Now().UTC().Format("20060102-150405")+".jsonl", "application/jsonl", []byte(idp.ShownJSON(file.String())))
	}
	query := filter(f)
	query.Set("cursor", q.Cursor)
	rest := address(eventsPath+"/export", query)
	query.Set("cursor", v.fields["cursor"])
	query.Set("part", "yes")
	return v.show(http.StatusOK, exportPage{
		Trail: []link{{"Events", eventsPath}},
		Count: strconv.Itoa(n), Back: momentOf(last), Rest: rest, File: address(eventsPath+"/export", query),
	})
}

// download answers with a file that the browser keeps.
func (v *visit) download(name, kind string, data []byte) error {
	v.h.Write.Pages.Harden(v.w.Header())
	v.w.Header().Set("Content-Type", kind)
	v.w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, _ = v.w.Write(data) // nobody is left to tell when the connection is gone
	return nil
}
