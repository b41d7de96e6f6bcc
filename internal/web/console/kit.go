package console

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// tone is how a state looks; its words tell the same to those who see no colour.
type tone string

const (
	plain tone = "plain"
	good  tone = "good"
	mild  tone = "mild" // to be looked at some day
	bad   tone = "bad"
)

// chip is a state in a word or two.
type chip struct {
	Text string
	Tone tone
}

// tab is one page of several about one thing.
type tab struct {
	Text string
	Href string
	Here bool
}

// tabs are the pages about one thing.
type tabs struct {
	Of   string // what they are about, for a screen reader
	Tabs []tab
}

// search is the form above a listing: GET Action?q=.
type search struct {
	Action      string
	Query       string
	Label       string
	Placeholder string
}

// pager leads on in a listing. Cursors lead forwards only: back is the browser's.
type pager struct {
	First string // empty on the first page
	Next  string // empty on the last page
}

// pages are the addresses of a listing's pages. They keep the query but for its
// cursor and its notice.
func pages(path string, fields map[string]string, next string) pager {
	query := url.Values{}
	for name, value := range fields {
		if name != "cursor" && name != "done" && value != "" {
			query.Set(name, value)
		}
	}
	var p pager
	if fields["cursor"] != "" {
		p.First = address(path, query)
	}
	if next != "" {
		query.Set("cursor", next)
		p.Next = address(path, query)
	}
	return p
}

func address(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// copyable is a text with a button that copies it. The ID is the element's.
type copyable struct {
	ID   string
	What string // what it is, in the middle of a sentence: "launch address"
	Text string
}

// fact is a name and a value.
type fact struct{ Name, Value string }

// moment is a time as people and as programs read it.
type moment struct{ Machine, Text string }

// momentOf reads a time as package resource writes it. What it cannot read, or no
// time at all, is shown as it is.
func momentOf(stamp string) moment {
	t, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return moment{stamp, stamp}
	}
	return moment{stamp, t.UTC().Format("2 Jan 2006, 15:04 UTC")}
}

// dayOf is momentOf without the time of day.
func dayOf(stamp string) moment {
	m := momentOf(stamp)
	m.Text, _, _ = strings.Cut(m.Text, ",")
	return m
}

// count tells how many there are, or that there are more than were counted.
func count(n int, more bool, one, many string) string {
	switch {
	case more:
		return strconv.Itoa(n) + "+ " + many
	case n == 1:
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// upTo is a number, or the one up to which was counted.
func upTo(n int, more bool) string {
	if more {
		return strconv.Itoa(n) + "+"
	}
	return strconv.Itoa(n)
}
