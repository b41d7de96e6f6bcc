package session

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/gatepost/gatepost/internal/idp"
)

// ErrToken is returned for text that is not a session token. It does not quote
// the text, which may be most of a secret.
var ErrToken = errors.New("not a session token")

const (
	maxID        = 64 // characters; the IDs that we make are shorter
	secretLength = 64 // 256 bits in hexadecimal, as idp.NewSecret makes it
)

// Token is what the cookie holds: whose session it is, which of theirs, and the
// secret that opens it. Printing a token with any verb of package fmt, or as JSON,
// shows the person and the session and never the secret.
type Token struct {
	UserID string
	ID     string // of the session
	secret string
}

// NewToken makes the token of a new session, with a fresh secret of 256 bits.
func NewToken(userID string) Token {
	return Token{UserID: userID, ID: idp.NewID("s_"), secret: idp.NewSecret()}
}

// ParseToken reads the text of a token, "userid.id.secret". It returns [ErrToken]
// unless the text is exactly what [Token.Text] writes: a token that was cut,
// extended, or written in another case is no token.
func ParseToken(text string) (Token, error) {
	if len(text) > maxID+1+maxID+1+secretLength {
		return Token{}, ErrToken
	}
	userID, rest, _ := strings.Cut(text, ".")
	id, secret, _ := strings.Cut(rest, ".")
	if !validID(userID) || !validID(id) || !validSecret(secret) {
		return Token{}, ErrToken
	}
	return Token{UserID: userID, ID: id, secret: secret}, nil
}

// Text is the token in full, for the cookie and for nothing else: whoever has
// it is signed in.
func (t Token) Text() string { return t.UserID + "." + t.ID + "." + t.secret }

// Hash is the form in which the store knows the secret, see [Hash].
func (t Token) Hash() string { return Hash(t.secret) }

// Ticket is what the store finds the session by.
func (t Token) Ticket() idp.Ticket {
	if t.UserID == "" {
		return idp.Ticket{}
	}
	return idp.Ticket{UserID: t.UserID, SessionID: t.ID, Hash: t.Hash()}
}

// Format keeps the secret out of messages and logs.
func (t Token) Format(f fmt.State, _ rune) {
	// A failed write to a formatter's buffer has nobody to be told.
	_, _ = io.WriteString(f, "session token "+t.ID+" of "+t.UserID)
}

// Hash is the SHA-256 of a secret in hexadecimal. One round without a salt is
// enough, since the secret is random and has 256 bits.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func validID(s string) bool {
	if s == "" || len(s) > maxID {
		return false
	}
	for _, c := range []byte(s) {
		if !isDigit(c) && (c < 'a' || c > 'z') && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

func validSecret(s string) bool {
	if len(s) != secretLength {
		return false
	}
	for _, c := range []byte(s) {
		if !isDigit(c) && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
