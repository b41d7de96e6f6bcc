package emulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// fewOperations is how many operations the emulator takes in one transaction.
const fewOperations = 10

// pieces is a transaction cut up: first only the conditions of all operations,
// then the operations. The conditions cannot change in between, since no other
// write runs. A read may see half of it; no test looks that closely.
type pieces struct {
	checks, writes []transaction
	size           int
}

// transaction is the body of a TransactWriteItems request. It has no token: a
// piece is not what the token is for.
type transaction struct {
	TransactItems []map[string]item
}

// cut is nil for a transaction that the emulator takes as it is.
func cut(body []byte) *pieces {
	var whole transaction
	if json.Unmarshal(body, &whole) != nil || len(whole.TransactItems) <= fewOperations {
		return nil
	}
	p := &pieces{size: len(whole.TransactItems)}
	for piece := range slices.Chunk(whole.TransactItems, fewOperations) {
		p.writes = append(p.writes, transaction{piece})
		checks := make([]map[string]item, len(piece))
		for i, operations := range piece {
			for _, o := range operations {
				checks[i] = map[string]item{"ConditionCheck": checkOf(o)}
			}
		}
		p.checks = append(p.checks, transaction{checks})
	}
	return p
}

// checkOf is an operation's condition alone, with the values that it uses. One
// without a condition asks for something that always holds.
func checkOf(o item) item {
	key := o["Key"]
	if key == nil {
		var put item
		_ = json.Unmarshal(o["Item"], &put)
		key, _ = json.Marshal(keyOf(keyNames(""), put))
	}
	check := item{"TableName": o["TableName"], "Key": key, "ReturnValuesOnConditionCheckFailure": json.RawMessage(`"ALL_OLD"`)}
	condition := stringIn(o["ConditionExpression"])
	if condition == "" {
		check["ConditionExpression"] = json.RawMessage(`"attribute_exists(pk) OR attribute_not_exists(pk)"`)
		return check
	}
	check["ConditionExpression"] = o["ConditionExpression"]
	values := item{}
	_ = json.Unmarshal(o["ExpressionAttributeValues"], &values)
	words := strings.FieldsFunc(condition, func(r rune) bool { return strings.ContainsRune(" (),", r) })
	for name := range values {
		if !slices.Contains(words, name) {
			delete(values, name)
		}
	}
	if len(values) > 0 {
		check["ExpressionAttributeValues"], _ = json.Marshal(values)
	}
	return check
}

func stringIn(value json.RawMessage) string {
	var s string
	_ = json.Unmarshal(value, &s)
	return s
}

// inPieces carries out a transaction that was cut up.
func (m *mended) inPieces(r *http.Request, p *pieces) answer {
	m.writes.Lock()
	defer m.writes.Unlock()
	var refusal answer
	refused := false
	var reasons []any
	for _, piece := range p.checks {
		a := m.sendPiece(r, piece)
		switch {
		case a.status == http.StatusOK:
			for range piece.TransactItems {
				reasons = append(reasons, map[string]any{"Code": "None"})
			}
		case a.failed():
			var said struct{ CancellationReasons []any }
			_ = json.Unmarshal(a.body, &said)
			reasons = append(reasons, said.CancellationReasons...)
			refusal, refused = a, true
		default:
			return a
		}
	}
	if refused {
		said := map[string]any{}
		_ = json.Unmarshal(refusal.body, &said)
		said["CancellationReasons"] = reasons
		return refusal.with(said)
	}
	var last answer
	for _, piece := range p.writes {
		last = m.sendPiece(r, piece)
		if last.status != http.StatusOK {
			return last
		}
	}
	return last
}

func (m *mended) sendPiece(r *http.Request, piece transaction) answer {
	body, err := json.Marshal(piece)
	if err != nil {
		return answer{status: http.StatusInternalServerError}
	}
	return m.send(r, "TransactWriteItems", body)
}

// withoutWildcards writes a query's prefix as a range where the emulator would
// read wildcards into it.
func withoutWildcards(body []byte) []byte {
	request := item{}
	values := item{}
	if json.Unmarshal(body, &request) != nil || json.Unmarshal(request["ExpressionAttributeValues"], &values) != nil {
		return body
	}
	prefix := stringOf(values[":prefix"])
	condition := stringIn(request["KeyConditionExpression"])
	before, after, found := strings.Cut(condition, "begins_with(")
	if !found || !strings.ContainsAny(prefix, "%_") {
		return body
	}
	name, _, _ := strings.Cut(after, ",")
	values[":beyond"], _ = json.Marshal(map[string]string{"S": prefix + strings.Repeat("\U0010FFFF", 8)})
	request["ExpressionAttributeValues"], _ = json.Marshal(values)
	request["KeyConditionExpression"], _ = json.Marshal(before + name + " BETWEEN :prefix AND :beyond")
	changed, err := json.Marshal(request)
	if err != nil {
		return body
	}
	return changed
}
