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
	status := http.StatusOK
	switch {
	case v.fields["confirmed"] == "":
	case v.fields["confirmed"] != digestOf(p):
		status, p.Problem = http.StatusConflict, "Something about this has changed since you looked. Look again."
	case !v.confirms(p):
		status, p.Problem = http.StatusUnprocessableEntity, "That is not what had to be typed. Nothing is done."
	default:
		return false, nil
	}
	p.Hidden = again(v.fields, digestOf(p))
	return true, v.show(status, p)
}

// confirms reports whether what is on a confirm page is what was confirmed.
func (v *visit) confirms(p confirmPage) bool {
	typed := p.Typed == "" || strings.TrimSpace(v.fields["typed"]) == p.Typed
	return v.fields["confirmed"] == digestOf(p) && typed
}

// digestOf stands for all that a confirm page tells.
func digestOf(p confirmPage) string {
	sum := sha256.Sum256(fmt.Append(nil, p.Title, p.Text, p.Things, p.Changes, p.Effects))
	return hex.EncodeToString(sum[:8])
}
