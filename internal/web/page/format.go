package page

import (
	"fmt"
	"html/template"
	"strings"
	"time"
)

// functions are what templates may call: how things are written, never what is
// shown.
func functions(files assets) template.FuncMap {
	return template.FuncMap{
		"account": account,
		"asset":   func(name string) string { return files.paths[name] },
		"local":   local,
		"moment":  moment,
		"stamp":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"span":    span,
		"plural":  plural,
	}
}

func moment(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04:05 UTC") }

// local lets only paths of this site into a link: html/template takes addresses
// of other sites, such as //evil.example, as they are. Anything else leads to the
// portal.
func local(href string) string {
	if !strings.HasPrefix(href, "/") || strings.HasPrefix(href, "//") || strings.ContainsAny(href, "\\\t\r\n") {
		return "/"
	}
	return href
}

// account writes a 12-digit AWS account number in three groups, as the AWS
// console does; anything else stays as it is.
func account(s string) string {
	if len(s) != 12 || strings.Trim(s, "0123456789") != "" {
		return s
	}
	return s[:4] + "-" + s[4:8] + "-" + s[8:]
}

// span writes a duration in words, rounded up to whole seconds and, from two
// minutes on, to whole minutes.
func span(d time.Duration) string {
	s := seconds(d)
	if s < 120 {
		return plural(s, "second", "seconds")
	}
	m := (s + 59) / 60
	switch {
	case m < 60:
		return plural(m, "minute", "minutes")
	case m%60 == 0:
		return plural(m/60, "hour", "hours")
	}
	return plural(m/60, "hour", "hours") + " " + plural(m%60, "minute", "minutes")
}

// seconds is d in whole seconds, rounded up: a client told to wait must not come
// back too early.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

func plural(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, one)
	}
	return fmt.Sprintf("%d %s", n, many)
}
