package api

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/store"
)

// Paging asks for a page.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many there are in a page at most."`
	Cursor string `query:"cursor" maxLength:"8192" doc:"The cursor of the page before, as it was given: next."`
}

// listing asks for a page of things that have a name.
type listing struct {
	Paging
	Prefix string `query:"prefix" maxLength:"254" doc:"How the name begins by which the list is in order."`
	Search string `query:"q" maxLength:"200" doc:"Words that must all be somewhere in it, in any case."`
}

func (l listing) list() admin.List {
	return admin.List{Prefix: l.Prefix, Search: l.Search, Limit: l.Limit, Cursor: l.Cursor}
}

// page is a part of a list.
type page[T any] struct {
	Items []T    `json:"items" doc:"May be fewer than asked for, even none, before the end."`
	Next  string `json:"next" doc:"The cursor of the next page. Only an empty one means the end."`
}

// paged is the answer with a page.
type paged[T any] struct{ Body page[T] }

func pageOf[T any](items []T, next string) *paged[T] {
	return &paged[T]{page[T]{Items: items, Next: next}}
}

// listed is a page of a listing by names. None begins with what cannot be a part of
// one, such as a NUL.
func listed[T any](items []T, next string, err error) (*paged[T], error) {
	if errors.Is(err, store.ErrKey) {
		return pageOf([]T{}, ""), nil
	}
	return pageOf(items, next), err
}

// cut is a page of a list that comes whole from below. name tells lists apart, so
// that a cursor of one is none of another.
func cut[T any](all []T, name string, p Paging) (*paged[T], error) {
	start, err := offset(name, p.Cursor)
	if err != nil {
		return nil, err
	}
	start = min(start, len(all)) // the list may have become shorter
	end := min(start+p.Limit, len(all))
	next := ""
	if end < len(all) {
		next = cursor(name, end)
	}
	return pageOf(all[start:end], next), nil
}

func cursor(name string, at int) string {
	return base64.RawURLEncoding.EncodeToString([]byte(name + "\x00" + strconv.Itoa(at)))
}

func offset(name, text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return 0, store.About("cursor", "", store.ErrCursor)
	}
	_, number, _ := strings.Cut(string(data), "\x00")
	at, err := strconv.Atoi(number)
	if err != nil || at < 1 || cursor(name, at) != text {
		return 0, store.About("cursor", "", store.ErrCursor)
	}
	return at, nil
}
