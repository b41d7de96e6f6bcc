package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gatepost/gatepost/bench/internal/figures"
	"github.com/gatepost/gatepost/bench/internal/process"
)

// pageSize is how many things a page has at most: the API's most, which costs
// most.
const pageSize = 100

// listing is one kind of question to a list.
type listing struct {
	list  string
	name  string
	query func(i int) url.Values // of the i-th time it is asked
	deep  bool                   // ask for the last page
	whole bool                   // go on, page by page, until something is found or the list ends
}

// listings are all questions. What is looked for changes from one time to the
// next.
func listings(n size) []listing {
	var all []listing
	fixed := func(pairs ...string) func(int) url.Values {
		return func(int) url.Values { return values(pairs...) }
	}
	for list, count := range map[string]int{"connectors": n.Connectors, "groups": n.Groups, "users": n.Users} {
		number := func(i int) string { // somewhere in the name of one of them
			digits := map[string]string{"connectors": "-%04d", "groups": "-%03d", "users": ".%05d@"}[list]
			return fmt.Sprintf(digits, (i*7919)%count)
		}
		all = append(all,
			listing{list: list, name: "first page", query: fixed()},
			listing{list: list, name: "last page", query: fixed(), deep: true},
			listing{list: list, name: "prefix", query: func(i int) url.Values { return values("prefix", works[i%len(works)]) }},
			listing{list: list, name: "contains, many", query: func(i int) url.Values { return values("q", places[i%len(places)]) }},
			listing{list: list, name: "contains, one", query: func(i int) url.Values { return values("q", number(i)) }, whole: true},
			listing{list: list, name: "contains, none", query: fixed("q", "nowhere"), whole: true},
		)
	}
	all = append(all,
		listing{list: "events", name: "first page", query: fixed()},
		listing{list: "events", name: "last page", query: fixed(), deep: true},
		listing{list: "events", name: "of a person", query: fixed("user", owner)},
	)
	slices.SortStableFunc(all, func(a, b listing) int { return slices.Index(order, a.list) - slices.Index(order, b.list) })
	return all
}

var order = []string{"connectors", "groups", "users", "events"}

func values(pairs ...string) url.Values {
	v := url.Values{"limit": {strconv.Itoa(pageSize)}}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// latency is what a question takes: of each request, and of all requests that
// answer it.
type latency struct {
	List      string  `json:"list"`
	Name      string  `json:"name"`
	Requests  int     `json:"requests"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"`
	Questions int     `json:"questions"`
	Most      int     `json:"most_requests"` // for one question
	WholeP95  float64 `json:"whole_p95_ms"`
	Bytes     int     `json:"bytes"` // of the longest answer
}

// lists asks the API all questions, one request at a time.
func (b *bench) lists(ctx context.Context) error {
	s, err := b.serve(ctx, b.path(byAPI))
	if err != nil {
		return err
	}
	asker := &asker{url: s.URL, token: b.token}
	for _, q := range listings(b.size) {
		made, err := asker.time(ctx, q, b.requests)
		if err != nil {
			return errors.Join(fmt.Errorf("%s, %s: %w", q.list, q.name, err), s.Stop())
		}
		b.report.Lists = append(b.report.Lists, made)
	}
	b.report.ListsPeakBytes, err = s.Peak()
	if err == nil {
		err = b.report.Export.read(ctx, asker, s)
	}
	return errors.Join(err, s.Stop())
}

// export is the whole file as an answer of the API.
type export struct {
	Milliseconds float64 `json:"ms"`
	Bytes        int     `json:"bytes"`
	PeakBytes    int64   `json:"server_peak_bytes"` // after it
}

func (e *export) read(ctx context.Context, a *asker, s *process.Server) error {
	body, took, err := a.get(ctx, "config?format=yaml&users=true")
	if err != nil {
		return err
	}
	e.Milliseconds, e.Bytes = figures.Milliseconds(took), len(body)
	e.PeakBytes, err = s.Peak()
	return err
}

// asker asks the API as a program does, over one connection.
type asker struct {
	url, token string
	client     http.Client
}

// page is a page of any list.
type page struct {
	Items []json.RawMessage `json:"items"`
	Next  string            `json:"next"`
}

// ask reads a page, and tells its length and how long it took.
func (a *asker) ask(ctx context.Context, list string, query url.Values) (page, int, time.Duration, error) {
	var p page
	body, took, err := a.get(ctx, list+"?"+query.Encode())
	if err != nil {
		return p, 0, 0, err
	}
	return p, len(body), took, json.Unmarshal(body, &p)
}

// get is an answer, and how long it was until its last byte was there.
func (a *asker) get(ctx context.Context, path string) ([]byte, time.Duration, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.url+"/api/v1/"+path, http.NoBody)
	if err != nil {
		return nil, 0, err
	}
	request.Header.Set("Authorization", "Bearer "+a.token)
	began := time.Now()
	response, err := a.client.Do(request)
	if err != nil {
		return nil, 0, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	took := time.Since(began)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("answered %s: %s", response.Status, body)
	}
	return body, took, err
}

// time asks a question again and again, until it has made so many requests.
func (a *asker) time(ctx context.Context, q listing, requests int) (latency, error) {
	made := latency{List: q.list, Name: q.name}
	var each, whole []time.Duration
	start := ""
	if q.deep {
		var err error
		start, err = a.last(ctx, q)
		if err != nil {
			return made, err
		}
	}
	for i := 0; len(each) < requests; i++ {
		took, longest, err := a.answer(ctx, q, i, start)
		if err != nil {
			return made, err
		}
		sum := time.Duration(0)
		for _, one := range took {
			sum += one
		}
		each, whole = append(each, took...), append(whole, sum)
		made.Most, made.Bytes = max(made.Most, len(took)), max(made.Bytes, longest)
	}
	made.Requests, made.Questions = len(each), len(whole)
	made.P50, made.P95, made.P99 = figures.Percentile(each, 50), figures.Percentile(each, 95), figures.Percentile(each, 99)
	made.WholeP95 = figures.Percentile(whole, 95)
	return made, nil
}

// answer asks once, and tells how long each request took and how many bytes the
// longest answer has.
func (a *asker) answer(ctx context.Context, q listing, i int, cursor string) ([]time.Duration, int, error) {
	var all []time.Duration
	longest := 0
	query := q.query(i)
	for {
		if cursor != "" {
			query.Set("cursor", cursor)
		}
		p, bytes, took, err := a.ask(ctx, q.list, query)
		if err != nil {
			return nil, 0, err
		}
		all, longest = append(all, took), max(longest, bytes)
		if !q.whole || len(p.Items) > 0 || p.Next == "" {
			return all, longest, nil
		}
		cursor = p.Next
	}
}

// last is the cursor of the last page.
func (a *asker) last(ctx context.Context, q listing) (string, error) {
	query, cursor := q.query(0), ""
	for {
		p, _, _, err := a.ask(ctx, q.list, query)
		if err != nil || p.Next == "" {
			return cursor, err
		}
		cursor = p.Next
		query.Set("cursor", cursor)
	}
}
