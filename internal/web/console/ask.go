package console

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
)

// ask asks for what is on a confirm page before it is done, and reports whether it
// had to ask: then the answer is written. What is confirmed is what stood on the
// page: when that is something else by then, it asks again. Where something has to
// be typed, it has to be right.
func (v *visit) ask(p confirmPage) (asked bool, err error) {
	sum := sha256.Sum256(fmt.Append(nil, p.Title, p.Text, p.Things, p.Changes, p.Effects))
	digest := hex.EncodeToString(sum[:8])
	status := http.StatusOK
	switch {
	case v.fields["confirmed"] == "":
	case v.fields["confirmed"] != digest:
		status, p.Problem = http.StatusConflict, "Something about this has changed since you looked. Look again."
	case p.Typed != "" && strings.TrimSpace(v.fields["typed"]) != p.Typed:
		status, p.Problem = http.StatusUnprocessableEntity, "That is not what had to be typed. Nothing is done."
	default:
		return false, nil
	}
	p.Hidden = again(v.fields, digest)
	return true, v.show(status, p)
}
