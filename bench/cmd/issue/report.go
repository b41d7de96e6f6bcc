package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
)

// report is what one run found.
type report struct {
	Go         string   `json:"go"`
	Platform   string   `json:"platform"`
	Rounds     int      `json:"rounds"`
	Batch      int      `json:"batch"`
	Contenders []result `json:"contenders"`
}

// result is the medians of one contender, per response.
type result struct {
	Name        string  `json:"name"`
	Microsecond float64 `json:"median_us"`
	Ratio       float64 `json:"ratio_to_raw"`
	Allocs      float64 `json:"allocs"`
	Bytes       float64 `json:"bytes"`
}

func (r *report) table(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "one response, one core\tmedian µs\t× raw\tallocations\tKiB\t\n")
	for _, c := range r.Contenders {
		fmt.Fprintf(w, "%s\t%.0f\t%.2f\t%.0f\t%.0f\t\n", c.Name, c.Microsecond, c.Ratio, c.Allocs, c.Bytes/1024)
	}
	fmt.Fprintf(w, "\n%s, %s; %d interleaved rounds of %d, every response verified\n", r.Go, r.Platform, r.Rounds, r.Batch)
	return w.Flush()
}

func (r *report) write(file string) error {
	content, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	err = os.MkdirAll(filepath.Dir(file), 0o755)
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(content, '\n'), 0o644)
}
