package admin_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
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

func encodeJPEG(img image.Image, quality int) []byte {
	var out bytes.Buffer
	err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality})
	if err != nil {
		panic(err)
	}
	return out.Bytes()
}

func encodeGIF(img image.Image) []byte {
	var out bytes.Buffer
	err := gif.Encode(&out, img, nil)
	if err != nil {
		panic(err)
	}
	return out.Bytes()
}

// plain is a picture of one colour.
func plain(width, height int, c color.Color) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.Set(x, y, c)
		}
	}
	return img
}

// noise is a picture that nothing can compress, as a photograph hardly can be.
func noise(width, height int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		img.Pix[i] = byte(random.Uint32())
		if i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	return img
}

// withChunk puts a chunk behind the header of a PNG (PNG 1.2, 3.2).
func withChunk(file []byte, kind string, data []byte) []byte {
	const header = 8 + 4 + 4 + 13 + 4
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	chunk = append(append(chunk, kind...), data...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return slices.Concat(file[:header], chunk, file[header:])
}

// sized is a PNG whose header tells of another size.
func sized(width, height uint32) []byte {
	file := slices.Clone(dot)
	binary.BigEndian.PutUint32(file[16:], width)
	binary.BigEndian.PutUint32(file[20:], height)
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29]))
	return file
}

// withEXIF puts an APP1 segment into a JPEG, as cameras do.
func withEXIF(file []byte, text string) []byte {
	data := "Exif\x00\x00" + text
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(data)+2))
	return slices.Concat(file[:2], segment, []byte(data), file[2:])
}

const hidden = "<script>51.5007,-0.1246 Canon</script>"

func TestWhatIsAnImageIsDrawnAnew(t *testing.T) {
	red := color.NRGBA{200, 10, 10, 255}
	cases := []struct {
		name          string
		file          []byte
		width, height int
	}{
		{"a PNG", encodePNG(plain(300, 100, red)), 256, 85},
		{"a JPEG", encodeJPEG(plain(100, 300, red), 90), 85, 256},
		{"one that is small already", encodePNG(plain(48, 32, red)), 48, 32},
		{"one pixel", dot, 1, 1},
		{"as wide as is taken", encodePNG(image.NewGray(image.Rect(0, 0, 2048, 1))), 256, 1},
		{"as high as is taken", encodePNG(image.NewGray(image.Rect(0, 0, 1, 2048))), 1, 256},
		{"a palette", encodePNG(image.NewPaletted(image.Rect(0, 0, 20, 20), color.Palette{color.Black, red})), 20, 20},
		{"sixteen bits a colour", encodePNG(image.NewNRGBA64(image.Rect(0, 0, 20, 20))), 20, 20},
		{"a text in a PNG", withChunk(encodePNG(plain(20, 20, red)), "tEXt", []byte("Comment\x00"+hidden)), 20, 20},
		{"an unknown chunk", withChunk(encodePNG(plain(20, 20, red)), "gaTe", []byte(hidden)), 20, 20},
		{"EXIF of a camera", withEXIF(encodeJPEG(plain(20, 20, red), 90), hidden), 20, 20},
		{"a page behind a PNG", append(encodePNG(plain(20, 20, red)), hidden...), 20, 20},
		{"a page behind a JPEG", append(encodeJPEG(plain(20, 20, red), 90), hidden...), 20, 20},
		{"a photograph", encodeJPEG(noise(600, 600), 60), 128, 128},
	}
	d := newOffice(t)
	a := d.as(idp.AdminConnectors)
	for _, c := range cases {
		err := a.PutImage(t.Context(), "aws-a", c.file)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		drawn, err := a.Image(t.Context(), "aws-a")
		d.must(nil, err)
		size, kind, err := image.DecodeConfig(bytes.NewReader(drawn))
		if err != nil || kind != "png" || size.Width != c.width || size.Height != c.height || len(drawn) > store.MaxImage {
			t.Errorf("%s: drawn as %s of %d by %d and %d bytes, %v", c.name, kind, size.Width, size.Height, len(drawn), err)
		}
		if bytes.Contains(drawn, []byte("script")) || bytes.Contains(drawn, []byte("Canon")) {
			t.Errorf("%s: what was in the file is still there", c.name)
		}
	}
}

func TestColoursAndTransparencyAreKept(t *testing.T) {
	d := newOffice(t)
	half := color.NRGBA{200, 100, 50, 128}
	img := image.NewNRGBA(image.Rect(0, 0, 512, 512))
	for y := range 512 {
		for x := range 256 {
			img.Set(x, y, half)
		}
	}
	d.must(nil, d.as(idp.AdminOwner).PutImage(t.Context(), "aws-a", encodePNG(img)))
	drawn, err := d.as(idp.AdminOwner).Image(t.Context(), "aws-a")
	d.must(nil, err)
	got, err := png.Decode(bytes.NewReader(drawn))
	d.must(nil, err)
	left, right := color.NRGBAModel.Convert(got.At(60, 128)).(color.NRGBA), color.NRGBAModel.Convert(got.At(200, 128)).(color.NRGBA)
	if left != half || right.A != 0 {
		t.Errorf("left %v, right %v", left, right)
	}
}

func TestWhatIsNoImageIsRefused(t *testing.T) {
	red := plain(64, 64, color.NRGBA{200, 10, 10, 255})
	whole, photo := encodePNG(red), encodeJPEG(red, 90)
	cases := map[string][]byte{
		"nothing":                      nil,
		"SVG":                          []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
		"SVG behind the mark of a PNG": append(slices.Clone(dot[:8]), "<svg/>"...),
		"GIF":                          encodeGIF(red),
		"WebP":                         []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x00\x00\x00\x00"),
		"BMP":                          []byte("BM\x1e\x00\x00\x00\x00\x00\x00\x00\x1a\x00\x00\x00"),
		"a page":                       []byte("<html>" + hidden),
		"a PNG that was cut":           whole[:len(whole)/2],
		"a JPEG that was cut":          photo[:len(photo)/2],
		"the header alone":             whole[:33],
		"a PNG with a flipped bit":     flipped(whole, len(whole)-20),
		"one pixel too wide":           encodePNG(image.NewGray(image.Rect(0, 0, 2049, 1))),
		"one pixel too high":           encodePNG(image.NewGray(image.Rect(0, 0, 1, 2049))),
		"a bomb":                       sized(65535, 65535),
		"a bomb of the largest size":   sized(1<<31-1, 1<<31-1),
		"no width":                     sized(0, 10),
		"more pixels than there are":   sized(2048, 2048),
		"a byte more than is taken":    append(slices.Clone(dot), make([]byte, admin.MaxImageUpload-len(dot)+1)...),
	}
	d := newOffice(t)
	before := d.stored()
	for name, file := range cases {
		faulty(t, name, d.as(idp.AdminConnectors).PutImage(t.Context(), "aws-a", file), "image")
	}
	if d.stored() != before {
		t.Error("something of it is stored")
	}
	d.must(nil, d.as(idp.AdminConnectors).PutImage(t.Context(), "aws-a", append(slices.Clone(dot), make([]byte, admin.MaxImageUpload-len(dot))...)))
}

func flipped(file []byte, at int) []byte {
	file = slices.Clone(file)
	file[at] ^= 0x40
	return file
}

func TestAnImageHasANameThatChangesWithIt(t *testing.T) {
	d := newOffice(t)
	ctx, a := t.Context(), d.as(idp.AdminConnectors)
	shown := func() resource.Connector {
		c, err := a.Connector(ctx, "aws-a")
		d.must(nil, err)
		return c
	}
	events := func() int { return len(d.audit(admin.EventQuery{Connector: "aws-a"})) }
	red, blue := encodePNG(plain(20, 20, color.NRGBA{255, 0, 0, 255})), encodePNG(plain(20, 20, color.NRGBA{0, 0, 255, 255}))
	_, err := a.Image(ctx, "aws-a")
	is(t, "before there is one", err, store.ErrNotFound)

	d.must(nil, a.PutImage(ctx, "aws-a", red))
	first, n := shown(), events()
	if !strings.HasPrefix(first.ImageURL, "/assets/connectors/aws-a-") || !strings.HasSuffix(first.ImageURL, ".png") || n != 3 {
		t.Errorf("shown at %q, %d events", first.ImageURL, n)
	}
	for _, same := range [][]byte{red, withChunk(red, "tEXt", []byte("Comment\x00another file"))} {
		d.must(nil, a.PutImage(ctx, "aws-a", same))
		if now := shown(); now.ETag != first.ETag || events() != n {
			t.Errorf("the same picture again makes version %d and %d events", now.Version, events())
		}
	}
	d.must(nil, a.PutImage(ctx, "aws-a", blue))
	if now := shown(); now.ImageURL == first.ImageURL || now.ETag == first.ETag || events() != n+1 {
		t.Errorf("another picture is shown at %q, %d events", now.ImageURL, events())
	}
	d.must(a.UpdateConnector(ctx, "aws-a", "", func(c *resource.Connector) error { c.ImageURL, c.Label = "", "New"; return nil }))
	if shown().ImageURL == "" {
		t.Error("a change of the label takes the picture away")
	}
	d.must(nil, a.DeleteImage(ctx, "aws-a"))
	n = events()
	d.must(nil, a.DeleteImage(ctx, "aws-a"))
	_, err = a.Image(ctx, "aws-a")
	is(t, "after it is deleted", err, store.ErrNotFound)
	if now := shown(); now.ImageURL != "" || events() != n {
		t.Errorf("still shown at %q, %d events", now.ImageURL, events())
	}
	is(t, "of a connector that is not there", a.PutImage(ctx, "aws-z", red), store.ErrNotFound)
}
