package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Records are what items' data holds: JSON of private types, mapped to and from
// the types of the domain, in an envelope with the record's format number. A
// change of a record's fields raises its format: an older function that runs
// beside a newer one must stop at a field it does not know, which may well
// restrict access, rather than ignore it.
type envelope[R any] struct {
	Format int `json:"f"`
	Record R   `json:"d"`
}

// recordFormat is the format of all records so far.
const recordFormat = 1

func encode[R any](record R) ([]byte, error) {
	data, err := json.Marshal(envelope[R]{recordFormat, record})
	if err != nil {
		return nil, fmt.Errorf("encode record: %w", err)
	}
	return data, nil
}

func decode[R any](data []byte) (R, error) {
	var e envelope[R]
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	err := d.Decode(&e)
	if e.Format != recordFormat {
		return e.Record, fmt.Errorf("a record of format %d, this version reads %d: %w", e.Format, recordFormat, ErrFormat)
	}
	if err == nil {
		_, err = d.Token()
		if errors.Is(err, io.EOF) {
			return e.Record, nil
		}
		err = errors.New("something follows the record")
	}
	return e.Record, fmt.Errorf("%w: %v", ErrFormat, err)
}

// optional maps an item that may not exist.
func optional[T any](item *Item, from func(*Item) (*T, error)) (*T, error) {
	if item == nil {
		return nil, nil
	}
	return from(item)
}

// existing maps those of the items that exist.
func existing[T any](items []*Item, from func(*Item) (*T, error)) ([]*T, error) {
	var all []*T
	for _, item := range items {
		if item == nil {
			continue
		}
		one, err := from(item)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}
