package admin_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

// dot is the smallest picture.
var dot = encodePNG(image.NewNRGBA(image.Rect(0, 0, 1, 1)))

func encodePNG(img image.Image) []byte {
	var out bytes.Buffer
	err := png.Encode(&out, img)
	if err != nil {
		panic(err) // a buffer takes everything
	}
	return out.Bytes()
}

var _ = color.Black
