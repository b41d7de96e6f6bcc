package idp

import "time"

// ReadEnd reads the end of a membership from text of RFC 3339. No text is no end, which
// is the zero time. A text never is: programs write the zero time for one that they did
// not set, and what is to end must not last for ever by that, so it comes out a
// nanosecond later, long past. It returns [Problems] of the field for what is no time,
// or is in no year that RFC 3339 can write in UTC.
func ReadEnd(field, text string) (time.Time, Problems) {
	if text == "" {
		return time.Time{}, nil
	}
	end, err := time.Parse(time.RFC3339, text)
	if err != nil || end.UTC().Year() > 9999 {
		return time.Time{}, Problems{{Field: field, Value: text, Reason: "is not a time", Remedy: "write it as 2026-12-31T18:00:00Z, or leave it out"}}
	}
	if end.IsZero() {
		end = end.Add(time.Nanosecond)
	}
	return end, nil
}
