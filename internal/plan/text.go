package plan

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gatepost/gatepost/internal/awsfed"
	"github.com/gatepost/gatepost/internal/idp"
)

// TextOptions say how a plan is written.
type TextOptions struct {
	Color bool // for a terminal
	Names int  // how many people are named in a line at most; zero for 5
}

// Text tells people what a plan does: each thing with its fields, as + what comes,
// ~ what changes and - what goes; how many; what to know; and who gains and who
// loses which access.
func (p *Plan) Text(o TextOptions) string {
	w := writerOf(o)
	for _, b := range p.blocks() {
		w.block(b)
	}
	for _, note := range p.Notes {
		w.line('!', "", note.Error())
	}
	if len(p.Steps)+len(p.Notes) > 0 {
		w.b.WriteString("\n")
	}
	if p.Empty() {
		w.b.WriteString("No changes. What is stored is as the file asks.\n")
		return w.b.String()
	}
	n := p.Count()
	fmt.Fprintf(&w.b, "Plan: %d to add, %d to change, %d to destroy.\n\n", n.Add, n.Change, n.Destroy)
	w.effects(p.Effect)
	return w.b.String()
}

// Text tells people who gains and who loses which access.
func (e Effect) Text(o TextOptions) string {
	w := writerOf(o)
	w.effects(e)
	return w.b.String()
}

type textWriter struct {
	TextOptions
	b strings.Builder
}

func writerOf(o TextOptions) *textWriter {
	o.Names = cmp.Or(o.Names, 5)
	return &textWriter{TextOptions: o}
}

func (w *textWriter) line(sign byte, indent, text string) {
	text = idp.Shown(text, "")
	color := map[byte]string{'+': "32", '~': "33", '-': "31", '!': "35"}[sign]
	if w.Color {
		fmt.Fprintf(&w.b, "%s\x1b[%sm%c\x1b[0m %s\n", indent, color, sign, text)
		return
	}
	fmt.Fprintf(&w.b, "%s%c %s\n", indent, sign, text)
}

func sign(a Action) byte {
	switch a {
	case Add:
		return '+'
	case Destroy:
		return '-'
	}
	return '~'
}

const indent = "    "

func (w *textWriter) block(b *block) {
	title := fmt.Sprintf("%s %q", b.kind, b.name)
	if b.kind == KindSettings {
		title = string(b.kind)
	}
	w.line(sign(b.action), "", title)
	for _, s := range b.steps {
		if s.Kind == KindMember {
			w.member(s)
			continue
		}
		for _, f := range s.Fields {
			w.field(b.action, f)
		}
	}
}

// field writes a field; of a thing that comes or goes only what comes or goes.
func (w *textWriter) field(of Action, f Field) {
	before, after := value(f.Before), value(f.After)
	switch {
	case of == Add, of == Change && f.Before == nil:
		w.line('+', indent, f.Name+tail(f.Name, f.After, after))
	case of == Destroy, f.After == nil:
		w.line('-', indent, f.Name+tail(f.Name, f.Before, before))
	default:
		w.line('~', indent, f.Name+": "+before+" -> "+after)
	}
}

// tail is the value of a field; an entry of a set is said by its name alone.
func tail(name string, v any, text string) string {
	if v == true && strings.HasSuffix(name, "]") {
		return ""
	}
	return ": " + text
}

// value quotes texts, so that whatever stands in one cannot write on the terminal.
func value(v any) string {
	text, ok := v.(string)
	if ok {
		return strconv.Quote(text)
	}
	return fmt.Sprint(v)
}

func (w *textWriter) member(s Step) {
	ends := func(v any) string {
		if v == nil || v == "" {
			return "without end"
		}
		return fmt.Sprintf("until %v", v)
	}
	text := "member " + s.Email
	for _, f := range s.Fields {
		if s.Action == Change {
			text += ": " + ends(f.Before) + " -> " + ends(f.After)
		} else {
			text += " " + ends(f.After)
		}
	}
	w.line(sign(s.Action), indent, text)
}

func (w *textWriter) effects(e Effect) {
	if e.Gain+e.Lose+e.Keep == 0 {
		w.b.WriteString("Nobody gains or loses access.\n")
		return
	}
	fmt.Fprintf(&w.b, "Effect on people: %s access, %s access, %s it until another time.\n",
		number(e.Gain, "gains", "gain"), number(e.Lose, "loses", "lose"), number(e.Keep, "keeps", "keep"))
	w.openings('+', "gains", "gain", e.Gains)
	w.openings('-', "loses", "lose", e.Losses)
	w.openings('~', "keeps", "keep", e.Ends)
}

func (w *textWriter) openings(sign byte, one, many string, list []Opening) {
	for _, o := range list {
		who := number(o.People, "person "+one, "people "+many)
		w.line(sign, "  ", who+" "+o.String()+": "+w.names(o))
	}
}

func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// String says the way in, for people.
func (w Way) String() string {
	text := w.Connector
	arn, err := awsfed.ParseRole(w.RoleARN)
	if err == nil {
		text = arn.Name + " in account " + arn.Account + " through " + w.Connector
	}
	text += ", by " + strings.Join(w.Groups, comma)
	if !w.Until.IsZero() {
		text += ", until " + w.Until.UTC().Format(time.RFC3339)
	}
	return text
}

func (w *textWriter) names(o Opening) string {
	named := o.Emails[:min(len(o.Emails), w.Names)]
	text := strings.Join(named, comma)
	if o.People > len(named) {
		text += fmt.Sprintf(" and %d more", o.People-len(named))
	}
	return text
}
