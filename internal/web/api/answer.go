package api

import "net/http"

// read is the answer with one thing of a version.
type read[T any] struct {
	Status int
	ETag   string `header:"ETag" doc:"Names this version."`
	Body   T
}

// found answers with a thing, or with 304 when the sender has it already.
func found[T any](r *http.Request, value T, etag string) *read[T] {
	answer := &read[T]{Status: http.StatusOK, ETag: etag, Body: value}
	if unmodified(r, etag) {
		answer.Status = http.StatusNotModified
	}
	return answer
}

// saved is the answer with a thing as it was changed.
type saved[T any] struct {
	ETag string `header:"ETag" doc:"Names the version that was made."`
	Body T
}

// created is the answer with a thing as it was made.
type created[T any] struct {
	ETag     string `header:"ETag" doc:"Names the version that was made."`
	Location string `header:"Location" doc:"Where it is from now on."`
	Body     T
}

// plain is an answer without a version.
type plain[T any] struct{ Body T }

// raw is an answer that is no JSON.
type raw struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// done is an answer without a body.
type done struct{}
