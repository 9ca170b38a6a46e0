package columnar

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/parquet-go/parquet-go/format"
)

// leaf is how the values of one Parquet column become a vector: its physical
// type (how it is stored) and its logical type (what it means).
type leaf struct {
	index    int // among the file's leaves
	physical parquet.Kind
	kind     Kind
	lz4      bool // compressed so
	unsigned bool
	uuid     bool
	decimal  bool
	half     bool // a float of 16 bits
	bson     bool
	text     bool    // annotated as text
	scale    float64 // decimal: the stored whole number is divided by it
	unit     int64   // Time: stored units per second; 0: days
}

// newLeaf returns how a flat column is read; or why it is not: its type has no
// plain value.
func newLeaf(column *parquet.Column, element *format.SchemaElement) (l leaf, why string) {
	l = leaf{index: column.Index(), physical: column.Type().Kind()}
	if compression := column.Compression(); compression != nil { // nil in a file without a row
		codec := compression.CompressionCodec()
		l.lz4 = codec == format.Lz4 || codec == format.Lz4Raw
	}
	switch l.physical {
	case parquet.Boolean:
		l.kind = Bool
	case parquet.Float, parquet.Double:
		l.kind = Float
	case parquet.Int32, parquet.Int64:
		l.kind = Int
	case parquet.Int96:
		l.kind = Time
	}
	if logical := column.Type().LogicalType(); logical != nil {
		l.interpret(logical.Value)
	}
	switch element.LogicalType.Value.(type) {
	case *format.Float16Type: // which the library's types leave out
		l.half, l.kind = l.physical == parquet.FixedLenByteArray, Float
	case *format.TimeType:
		return l, "is a time of day without a date"
	}
	if c := element.ConvertedType; c.Valid && (c.V == deprecated.UTF8 || c.V == deprecated.Enum || c.V == deprecated.Json) {
		l.text = true
	}
	switch {
	case element.ConvertedType.Valid && element.ConvertedType.V == deprecated.Interval:
		return l, "is an interval, which is no length of time"
	case l.bson:
		return l, "is BSON"
	case l.physical == parquet.FixedLenByteArray && !l.uuid && !l.decimal && !l.half:
		return l, fmt.Sprintf("is binary, %d bytes a value", column.Type().Length())
	}
	return l, ""
}

func (l *leaf) interpret(logical format.LogicalTypeValue) {
	switch t := logical.(type) {
	case *format.DateType:
		l.kind = Time
	case *format.TimestampType:
		l.kind = Time
		switch t.Unit.Value.(type) {
		case *format.MilliSeconds:
			l.unit = 1e3
		case *format.NanoSeconds:
			l.unit = 1e9
		default:
			l.unit = 1e6
		}
	case *format.DecimalType:
		l.kind, l.decimal, l.scale = Float, true, math.Pow10(int(t.Scale))
	case *format.IntType:
		l.unsigned = !t.IsSigned
		if l.unsigned && l.physical == parquet.Int64 {
			l.kind = Text // an id beyond int64 must not lose digits
		}
	case *format.UUIDType:
		l.uuid = true
	case *format.BsonType:
		l.bson = true
	case *format.StringType, *format.EnumType, *format.JsonType:
		l.text = true
	}
}

// convert appends n stored values to v, whose kind is l.kind.
func (l *leaf) convert(v *Vector, data *encoding.Values, n int) error {
	switch l.physical {
	case parquet.Boolean:
		bits := data.Boolean()
		for i := range n {
			v.Ints = append(v.Ints, int64(bits[i/8]>>(i%8)&1))
		}
	case parquet.Int32:
		for _, x := range data.Int32()[:n] {
			whole := int64(x)
			if l.unsigned {
				whole = int64(uint32(x))
			}
			l.whole(v, whole)
		}
	case parquet.Int64:
		for _, x := range data.Int64()[:n] {
			l.whole(v, x)
		}
	case parquet.Int96:
		for _, x := range data.Int96()[:n] {
			v.Ints = append(v.Ints, int96Micros(x))
		}
	case parquet.Float:
		for _, x := range data.Float()[:n] {
			v.Floats = append(v.Floats, shortest(x))
		}
	case parquet.Double:
		v.Floats = append(v.Floats, data.Double()[:n]...)
	default:
		return l.bytes(v, data, n)
	}
	return nil
}

// whole appends one stored whole number.
func (l *leaf) whole(v *Vector, x int64) {
	switch l.kind {
	case Time:
		v.Ints = append(v.Ints, l.micros(x))
	case Float:
		v.Floats = append(v.Floats, float64(x)/l.scale)
	case Text:
		v.Strings = append(v.Strings, strconv.FormatUint(uint64(x), 10))
	default:
		v.Ints = append(v.Ints, x)
	}
}

// micros returns a stored date or timestamp in microseconds. What does not fit
// becomes the largest time there is, which no rule lets pass as a date.
func (l *leaf) micros(x int64) int64 {
	factor := int64(1)
	switch l.unit {
	case 0:
		factor = 86400 * 1e6
	case 1e3:
		factor = 1e3
	case 1e9:
		return FloorDiv(x, 1000)
	}
	if x > math.MaxInt64/factor || x < math.MinInt64/factor {
		return math.MaxInt64
	}
	return x * factor
}

// bytes appends n stored strings.
func (l *leaf) bytes(v *Vector, data *encoding.Values, n int) error {
	var offsets []uint32
	var raw []byte
	size := 0
	if l.physical == parquet.ByteArray {
		raw, offsets = data.ByteArray()
	} else {
		raw, size = data.FixedLenByteArray()
	}
	all := string(raw) // one copy a page: the page's memory is used again
	for i := range n {
		var one string
		if offsets != nil {
			one = all[offsets[i]:offsets[i+1]]
		} else {
			one = all[i*size : (i+1)*size]
		}
		switch {
		case l.decimal:
			v.Floats = append(v.Floats, decimal(one)/l.scale)
		case l.half && len(one) == 2:
			v.Floats = append(v.Floats, half(uint16(one[0])|uint16(one[1])<<8))
		case l.uuid && len(one) == 16:
			v.Strings = append(v.Strings, formatUUID(one))
		case !utf8.ValidString(one), !l.text && strings.ContainsFunc(one, isControl):
			return fmt.Errorf("%q is not UTF-8 text", one)
		default:
			v.Strings = append(v.Strings, strings.TrimSpace(one))
		}
	}
	return nil
}

// isControl reports whether a rune stands in no text: binary values that happen
// to be UTF-8 are full of them.
func isControl(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' }

// half reads a float of 16 bits: 1 sign, 5 exponent, 10 fraction (IEEE 754).
func half(bits uint16) float64 {
	exponent, fraction := int(bits>>10&31), float64(bits&1023)
	x := 0.0
	switch exponent {
	case 0:
		x = math.Ldexp(fraction, -24)
	case 31:
		x = math.Inf(1)
		if fraction != 0 {
			x = math.NaN()
		}
	default:
		x = math.Ldexp(1024+fraction, exponent-25)
	}
	if bits>>15 != 0 {
		return -x
	}
	return x
}

// decimal reads a big-endian two's complement whole number.
func decimal(s string) float64 {
	x := new(big.Int).SetBytes([]byte(s))
	if len(s) > 0 && s[0] >= 0x80 {
		x.Sub(x, new(big.Int).Lsh(big.NewInt(1), uint(8*len(s))))
	}
	f, _ := new(big.Float).SetInt(x).Float64()
	return f
}

func formatUUID(s string) string {
	h := hex.EncodeToString([]byte(s))
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// int96Micros reads the timestamp of older Spark and Impala files: nanoseconds
// of the day in the first 8 bytes, the Julian day in the last 4.
func int96Micros(x deprecated.Int96) int64 {
	const julian1970 = 2440588
	nanos := int64(uint64(x[1])<<32 | uint64(x[0]))
	return (int64(x[2])-julian1970)*86400*1e6 + FloorDiv(nanos, 1000)
}

// shortest widens a float32 to the float64 that is written the same way, so
// that 0.1 stays 0.1.
func shortest(x float32) float64 {
	if f := float64(x); f == math.Trunc(f) || math.IsNaN(f) || math.IsInf(f, 0) {
		return f
	}
	f, err := strconv.ParseFloat(strconv.FormatFloat(float64(x), 'g', -1, 32), 64)
	if err != nil {
		return float64(x)
	}
	return f
}
