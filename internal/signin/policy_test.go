package signin

import (
	"errors"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
)

func TestCheckPassword(t *testing.T) {
	u := &idp.User{Email: "alice.wonderland@example.com", Name: "Alice Wonderland"}
	tests := []struct {
		name, password, word string
	}{
		{"several words", "correct horse battery staple", ""},
		{"15 characters", "x7Kq-m2Tz-p9Lw!", ""},
		{"14 characters", "x7Kq-m2Tz-p9Lw", "is too short"},
		{"empty", "", "is too short"},
		{"15 characters in more bytes", "Grüße vom Öläuß", ""},
		{"14 characters in more bytes", "Grüße vom Öläu", "is too short"},
		{"combining marks are no characters of their own", "gru\u0308n vom o\u0308la\u0308u\u0308", "is too short"},
		{"letters of any script", "лошадь батарейка скрепка", ""},
		{"spaces are kept", "  two spaces lead here", ""},
		{"256 bytes", strings.Repeat("abcdefghijklmnop*", 15) + "z", ""},
		{"257 bytes", strings.Repeat("abcdefghijklmnop*", 15) + "zy", "is too long"},
		{"128 letters of two bytes", strings.Repeat("äöüßéèêëáà", 12) + "äöüßéèêë", ""},
		{"invalid UTF-8", "correct horse \xff battery", "is not valid text"},
		{"one letter over and over", strings.Repeat("a", 40), "repeats"},
		{"four letters over and over", strings.Repeat("wxyz", 10), "repeats"},
		{"common words", "PasswordPassword2026!", "easy to guess"},
		{"a row of the keyboard", "qwertyuiopasdfghjklzxcvbnm", "easy to guess"},
		{"digits", "123456789012345678901234567890", "easy to guess"},
		{"the person's address", "alice.wonderland@example.com", "easy to guess"},
		{"the person's name and a year", "Wonderland-Alice-2026", "easy to guess"},
		{"a common word and one sign over and over", "Welcome!!!!!!!!!!!!", "easy to guess"},
		{"the product", "gatepost-gatepost-1", "easy to guess"},
		{"a common word beside others", "password of the grey lighthouse", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := new(Service).CheckPassword(u, test.password)
			var problems idp.Problems
			switch {
			case test.word == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.word != "" && (!errors.As(err, &problems) || !strings.Contains(err.Error(), test.word)):
				t.Errorf("got %v, want %q", err, test.word)
			case problems != nil && (problems[0].Field != "password" || problems[0].Value != "" || problems[0].Remedy == ""):
				t.Errorf("got %+v", problems[0])
			}
		})
	}
}

func TestEveryCommonWordIsWrittenInTheFormThatIsLookedFor(t *testing.T) {
	for _, word := range strings.Fields(common) {
		if word != strings.ToLower(word) || len(word) < 3 {
			t.Errorf("%q would never be found", word)
		}
	}
}

func FuzzCheckPassword(f *testing.F) {
	f.Add("a@example.com", "correct horse battery staple")
	f.Add("", "\xff")
	f.Add("123@123", "İİİİİİİİİİİİİİİİİ")
	f.Fuzz(func(t *testing.T, email, password string) {
		err := new(Service).CheckPassword(&idp.User{Email: email}, password)
		if err == nil && (len(password) < MinPassword || len(password) > maxPassword) {
			t.Errorf("%d bytes are taken", len(password))
		}
	})
}
