package resource

import (
	"fmt"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
)

// Warning is what an answer to a change tells beside it: something that works and
// may not be what was meant, or people whose launch would be refused. It keeps
// nothing from being done.
type Warning struct {
	Connector string   `json:"connector,omitempty" yaml:"connector,omitempty"` // slug of the one that would refuse the people
	Field     string   `json:"field" yaml:"field"`
	Value     string   `json:"value,omitempty" yaml:"value,omitempty"`
	Reason    string   `json:"reason" yaml:"reason"`
	Remedy    string   `json:"remedy,omitempty" yaml:"remedy,omitempty"`
	People    []string `json:"people" yaml:"people"`                         // emails of the first of them, sorted; empty where it is about nobody
	Count     int      `json:"count" yaml:"count"`                           // of all of them
	AtLeast   bool     `json:"at_least,omitempty" yaml:"at_least,omitempty"` // not everybody was looked at
}

// WarningOf is a problem of a field, told as a warning.
func WarningOf(p idp.Problem) Warning {
	return Warning{Field: p.Field, Value: p.Value, Reason: p.Reason, Remedy: p.Remedy, People: []string{}}
}

// WarningsOf are problems of fields, told as warnings.
func WarningsOf(problems idp.Problems) []Warning {
	var all []Warning
	for _, p := range problems {
		all = append(all, WarningOf(p))
	}
	return all
}

// Who names the people of a warning, and how many others there are.
func (w Warning) Who() string {
	return strings.TrimSuffix(strings.Join(w.People, ", ")+" "+w.Others(), " ")
}

// Others tells how many people there are beside those who are named; empty for none.
func (w Warning) Others() string {
	var text string
	if more := w.Count - len(w.People); more > 0 {
		text = fmt.Sprintf("and %d more", more)
	}
	if w.AtLeast {
		text = strings.TrimPrefix(text+", or more: not everybody was looked at", ", ")
	}
	return text
}

// String tells the warning in one line.
func (w Warning) String() string {
	text := idp.Problem{Field: w.Field, Value: w.Value, Reason: w.Reason, Remedy: w.Remedy}.Error()
	if w.Connector != "" {
		text = w.Connector + ": " + text
	}
	if w.Count == 0 {
		return text
	}
	return text + ": " + w.Who()
}
