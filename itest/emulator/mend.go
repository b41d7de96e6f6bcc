package emulator

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"

	"github.com/gatepost/gatepost/internal/store/dynamodb"
)

// target is how a request names a DynamoDB operation.
const target = "DynamoDB_20120810."

// mended stands in front of an emulator and gives DynamoDB's answers where the
// emulator's differ. All else passes as it is.
//
//   - The answer to a failed condition holds the old item where it was asked for:
//     kumo never does that, DynamoDB Local of 2020 in transactions only.
//   - The reason of an operation that did not fail is "None": kumo leaves it empty.
//   - Pages of a query: kumo begins again when the item at which the page before
//     ended is gone, leaves the keys of an index out of the last key, and returns
//     items that share a place in an index in any order.
//   - The checksum of an answer is right: kumo says 0.
//   - A transaction may have a hundred operations: DynamoDB Local of 2020 takes ten.
//   - A prefix may hold "%" and "_": DynamoDB Local takes them for wildcards.
type mended struct {
	pass  http.Handler
	needs needs

	// A failed condition is tried once more, and the old item read, while no other
	// write runs: so the item is the one that the condition failed on.
	writes sync.RWMutex
}

// needs are what one emulator needs and the other does better itself.
type needs struct {
	pages    bool
	few      bool // transactions are cut into pieces of fewOperations
	prefixes bool
}

func newMended(address string, n needs) *mended {
	to, err := url.Parse(address)
	if err != nil {
		panic(fmt.Sprintf("emulator: address %q: %v", address, err)) // made by this package
	}
	pass := httputil.NewSingleHostReverseProxy(to)
	pass.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	return &mended{pass: pass, needs: n}
}

// ServeHTTP implements [http.Handler].
func (m *mended) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation, ours := strings.CutPrefix(r.Header.Get("X-Amz-Target"), target)
	if !ours {
		m.pass.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client is gone
	}
	var a answer
	switch {
	case strings.HasSuffix(operation, "Item") && operation != "GetItem" && operation != "BatchGetItem", operation == "TransactWriteItems":
		a = m.write(r, operation, body)
	case operation == "Query" && m.needs.pages:
		a = m.query(r, body)
	case operation == "Query" && m.needs.prefixes:
		a = m.send(r, operation, withoutWildcards(body))
	default:
		a = m.send(r, operation, body)
	}
	a.to(w)
}

// answer is what an emulator says.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// send has the emulator carry out an operation, with the headers of r.
func (m *mended) send(r *http.Request, operation string, body []byte) answer {
	request := r.Clone(r.Context())
	request.Header.Set("X-Amz-Target", target+operation)
	request.Header.Set("Accept-Encoding", "identity")
	request.Body, request.ContentLength = io.NopCloser(strings.NewReader(string(body))), int64(len(body))
	rec := httptest.NewRecorder()
	m.pass.ServeHTTP(rec, request)
	return answer{rec.Code, rec.Header(), rec.Body.Bytes()}
}

func (a answer) to(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.Header().Set("X-Amz-Crc32", fmt.Sprint(crc32.ChecksumIEEE(a.body)))
	w.Header().Set("Content-Length", fmt.Sprint(len(a.body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // the client may be gone
}

// with is the answer with another body.
func (a answer) with(body any) answer {
	data, err := json.Marshal(body)
	if err != nil {
		panic(fmt.Sprintf("emulator: encode an answer: %v", err)) // it was decoded from JSON
	}
	a.body = data
	return a
}

// item is an item or a key on the wire.
type item map[string]json.RawMessage

// failed reports whether a condition kept a write from happening.
func (a answer) failed() bool {
	kind := struct {
		Type string `json:"__type"`
	}{}
	return json.Unmarshal(a.body, &kind) == nil &&
		(strings.HasSuffix(kind.Type, "ConditionalCheckFailedException") || strings.HasSuffix(kind.Type, "TransactionCanceledException"))
}

func (m *mended) write(r *http.Request, operation string, body []byte) answer {
	if operation == "TransactWriteItems" && m.needs.few {
		if pieces := cut(body); pieces != nil {
			return m.inPieces(r, pieces)
		}
	}
	m.writes.RLock()
	a := m.send(r, operation, body)
	m.writes.RUnlock()
	if !a.failed() {
		return a
	}
	m.writes.Lock()
	defer m.writes.Unlock()
	a = m.send(r, operation, body)
	if !a.failed() {
		return a
	}
	if operation == "TransactWriteItems" {
		return m.withReasons(r, body, a)
	}
	return m.withItem(r, body, a)
}

// operation is a write of one item, alone or in a transaction.
type operation struct {
	TableName                           string
	Item, Key                           item
	ReturnValuesOnConditionCheckFailure string
}

// old reads the item that an operation is about; nil when there is none or it was
// not asked for.
func (m *mended) old(r *http.Request, o operation) item {
	if o.ReturnValuesOnConditionCheckFailure != "ALL_OLD" {
		return nil
	}
	key := o.Key
	if key == nil {
		names := dynamodb.Definitions()[0].Key
		key = item{names.Partition: o.Item[names.Partition], names.Sort: o.Item[names.Sort]}
	}
	request, err := json.Marshal(map[string]any{"TableName": o.TableName, "Key": key, "ConsistentRead": true})
	if err != nil {
		panic(fmt.Sprintf("emulator: encode a request: %v", err)) // it was decoded from JSON
	}
	var got struct{ Item item }
	_ = json.Unmarshal(m.send(r, "GetItem", request).body, &got)
	return got.Item
}

// withItem adds the old item to the answer to a single operation.
func (m *mended) withItem(r *http.Request, body []byte, a answer) answer {
	var o operation
	said := map[string]any{}
	if json.Unmarshal(body, &o) != nil || json.Unmarshal(a.body, &said) != nil {
		return a
	}
	if old := m.old(r, o); old != nil {
		said["Item"] = old
	}
	return a.with(said)
}

// withReasons adds old items to the reasons for which a transaction was
// cancelled, and the word for those that were no reason.
func (m *mended) withReasons(r *http.Request, body []byte, a answer) answer {
	var request struct{ TransactItems []map[string]operation }
	var said struct {
		Type    string `json:"__type"`
		Message string
		Reasons []map[string]any `json:"CancellationReasons"`
	}
	if json.Unmarshal(body, &request) != nil || json.Unmarshal(a.body, &said) != nil || len(said.Reasons) != len(request.TransactItems) {
		return a
	}
	for i, reason := range said.Reasons {
		switch {
		case reason["Code"] == nil || reason["Code"] == "":
			reason["Code"] = "None"
		case reason["Code"] == "ConditionalCheckFailed" && reason["Item"] == nil:
			for _, o := range request.TransactItems[i] {
				if old := m.old(r, o); old != nil {
					reason["Item"] = old
				}
			}
		}
	}
	return a.with(map[string]any{"__type": said.Type, "Message": said.Message, "CancellationReasons": said.Reasons})
}
