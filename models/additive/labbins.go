package additive
import ("os";"strconv")
func labBins(k string, d int) int { if n,err:=strconv.Atoi(os.Getenv(k));err==nil{return n}; return d}
