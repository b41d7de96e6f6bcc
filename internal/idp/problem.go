package idp

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is one thing that is wrong with one field of an input.
type Problem struct {
	Field  string // path of the field, for example "roles[1].provider_arn"
	Value  string // what was given; empty for a secret or for a missing value
	Reason string // what is wrong with it, without a full stop
	Remedy string // what to write instead, without a full stop
}

// How many characters are told: of a value, and of what is said about it.
const (
	maxValue = 100
	maxSaid  = 600
)

// Told is the problem as every face of the program tells it: what is longer than
// anybody reads is cut, and says so. A hostile value must not flood a page, a
// terminal, a log or an answer.
func (p Problem) Told() Problem {
	return Problem{Field: Cut(p.Field, maxSaid), Value: Cut(p.Value, maxValue), Reason: Cut(p.Reason, maxSaid), Remedy: Cut(p.Remedy, maxSaid)}
}

// Error tells the problem in one line: field, value, reason, remedy.
func (p Problem) Error() string {
	p = p.Told()
	var b strings.Builder
	b.WriteString(p.Field)
	if p.Value != "" {
		fmt.Fprintf(&b, " %q", p.Value)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	b.WriteString(p.Reason)
	if p.Remedy != "" {
		b.WriteString("; " + p.Remedy)
	}
	return b.String()
}

// Sentence tells reason and remedy as one sentence for the person who sees the
// field beside it.
func (p Problem) Sentence() string {
	p = p.Told()
	text := p.Reason
	if p.Remedy != "" {
		text += "; " + p.Remedy
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}

// Problems are all the faults found in one input. It is an error, so that a
// caller can return it and a face of the program can take it apart again with
// errors.As.
type Problems []Problem

// Error tells every problem, one a line, as [Problems.Told] has them.
func (ps Problems) Error() string {
	ps = ps.first()
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// MaxProblems is how many problems are told at once. One more counts the others.
const MaxProblems = 50

// Told are the problems as every face of the program tells them: the first, each as
// [Problem.Told] has it, and how many there are.
func (ps Problems) Told() Problems {
	told := slices.Clone(ps.first())
	for i := range told {
		told[i] = told[i].Told()
	}
	return told
}

// Err is nil when there are no problems: the way to return Problems as an error
// without returning a non-nil interface around nothing. Of more than [MaxProblems]
// it returns the first and how many there are: a text of faults alone must not be
// answered by forty times its size.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps.first()
}

// first are the problems when they are few, or else the first and one that counts
// the others.
func (ps Problems) first() Problems {
	if len(ps) <= MaxProblems || len(ps) == MaxProblems+1 && ps[MaxProblems].more() {
		return ps
	}
	more := Problem{Reason: fmt.Sprintf(moreProblems, len(ps)-MaxProblems), Remedy: "mend these first"}
	return append(ps[:MaxProblems:MaxProblems], more)
}

// moreProblems is the reason of the problem that counts those that are not told.
const moreProblems = "there are %d more problems"

// more reports whether p counts others.
func (p Problem) more() bool { return p.Field == "" && p.Remedy == "mend these first" }

func (ps *Problems) add(field, value, reason, remedy string) {
	*ps = append(*ps, Problem{Field: field, Value: value, Reason: reason, Remedy: remedy})
}

// cutMark stands behind what was cut.
const cutMark = "… (cut)"

// Cut is s, or when it has more than most characters the first of them and that it
// is cut. It takes no more time for a text that is longer.
func Cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	whole := most + utf8.RuneCountInString(cutMark)
	at, runes := most, 0
	for i := range s[:min(len(s), (whole+1)*utf8.UTFMax)] {
		if runes == most {
			at = i
		}
		runes++
	}
	if runes <= most || runes == whole && strings.HasSuffix(s, cutMark) {
		return s
	}
	return s[:at] + cutMark
}

// clip is [Cut] for a value inside of a sentence.
func clip(s string) string { return Cut(s, maxValue) }
