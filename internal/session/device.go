package session

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
)

// The names of the cookie of [Device], as of [Cookie].
const (
	secureDeviceName   = "__Host-gatepost-device"
	loopbackDeviceName = "gatepost-device"
)

// deviceAge is how long a browser keeps its mark.
const deviceAge = 180 * 24 * time.Hour

// Device is the mark of a browser that somebody signed in with. It signs nobody
// in: it only parts those who are known from strangers when a name is locked. Zero
// for none. Printing it does not show it.
type Device struct{ secret string }

// NewDevice is a new mark of 256 bits.
func NewDevice() Device { return Device{idp.NewSecret()} }

// Hash is the form in which the store knows the mark, see [Hash].
func (d Device) Hash() string { return Hash(d.secret) }

// Format keeps the mark out of messages and logs.
func (d Device) Format(f fmt.State, _ rune) {
	// A failed write to a formatter's buffer has nobody to be told.
	_, _ = io.WriteString(f, "mark of a browser")
}

// Device is the mark that the request carries, zero when there is none or it is
// malformed.
func (c Cookie) Device(r *http.Request) Device {
	cookies := r.CookiesNamed(c.deviceName())
	if len(cookies) != 1 || cookies[0].Quoted || !validSecret(cookies[0].Value) {
		return Device{}
	}
	return Device{cookies[0].Value}
}

// SetDevice gives the browser its mark, for 180 days. It is sent with requests of
// our own pages alone: that is where forms to sign in come from.
func (c Cookie) SetDevice(w http.ResponseWriter, d Device) {
	cookie := c.cookie(d.secret)
	cookie.Name, cookie.MaxAge, cookie.SameSite = c.deviceName(), int(deviceAge/time.Second), http.SameSiteStrictMode
	http.SetCookie(w, cookie)
}

func (c Cookie) deviceName() string {
	if c.loopback {
		return loopbackDeviceName
	}
	return secureDeviceName
}
