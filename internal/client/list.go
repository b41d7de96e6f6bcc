package client

import (
	"context"
	"iter"
	"maps"
	"net/url"
	"strconv"
)

// pageSize is how many things one request brings: the API's most.
const pageSize = 100

// List narrows a listing.
type List struct {
	Prefix string // how the name begins
	Search string // what the name or the label contains, in any case
}

func (l List) query() url.Values {
	values := url.Values{}
	if l.Prefix != "" {
		values.Set("prefix", l.Prefix)
	}
	if l.Search != "" {
		values.Set("q", l.Search)
	}
	return values
}

type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

// onePage reads the page of a listing that a cursor names, and the next cursor. A
// page may be empty and yet not the last. tag gives each thing its ETag.
func onePage[T any](ctx context.Context, c *Client, k call, cursor string, tag func(*T)) ([]T, string, error) {
	values := maps.Clone(k.query)
	if values == nil {
		values = url.Values{}
	}
	values.Set("limit", strconv.Itoa(pageSize))
	if cursor != "" {
		values.Set("cursor", cursor)
	}
	k.query = values
	got, _, err := read[page[T]](ctx, c, k)
	for i := range got.Items {
		tag(&got.Items[i])
	}
	return got.Items, got.Next, err
}

// all ranges over a listing and reads a page whenever the one before is used up.
func all[T any](ctx context.Context, c *Client, k call, tag func(*T)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		cursor := ""
		for {
			items, next, err := onePage(ctx, c, k, cursor, tag)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
			if next == "" {
				return
			}
			cursor = next
		}
	}
}

// Collect is everything that a listing ranges over, never nil, or its first error.
func Collect[T any](list iter.Seq2[T, error]) ([]T, error) {
	items := []T{}
	for item, err := range list {
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}
