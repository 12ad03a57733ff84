#include "textflag.h"

// func avx2(data *byte, n int, a, b, c, quote byte, any, quotes *uint64)
TEXT ·avx2(SB), NOSPLIT, $0-40
	MOVQ         data+0(FP), SI
	MOVQ         n+8(FP), CX
	VPBROADCASTB a+16(FP), Y0
	VPBROADCASTB b+17(FP), Y1
	VPBROADCASTB c+18(FP), Y2
	VPBROADCASTB quote+19(FP), Y3
	MOVQ         any+24(FP), DI
	MOVQ         quotes+32(FP), R8

loop:
	VMOVDQU   (SI), Y4
	VMOVDQU   32(SI), Y5
	VPCMPEQB  Y0, Y4, Y6
	VPCMPEQB  Y1, Y4, Y7
	VPOR      Y7, Y6, Y6
	VPCMPEQB  Y2, Y4, Y7
	VPOR      Y7, Y6, Y6
	VPCMPEQB  Y0, Y5, Y8
	VPCMPEQB  Y1, Y5, Y9
	VPOR      Y9, Y8, Y8
	VPCMPEQB  Y2, Y5, Y9
	VPOR      Y9, Y8, Y8
	VPCMPEQB  Y3, Y4, Y4
	VPCMPEQB  Y3, Y5, Y5
	VPMOVMSKB Y6, AX
	VPMOVMSKB Y8, BX
	SHLQ      $32, BX
	ORQ       BX, AX
	MOVQ      AX, (DI)
	VPMOVMSKB Y4, AX
	VPMOVMSKB Y5, BX
	SHLQ      $32, BX
	ORQ       BX, AX
	MOVQ      AX, (R8)
	ADDQ      $64, SI
	ADDQ      $8, DI
	ADDQ      $8, R8
	DECQ      CX
	JNZ       loop
	VZEROUPPER
	RET

// func highAVX2(data *byte, n int, mask *uint64)
TEXT ·highAVX2(SB), NOSPLIT, $0-24
	MOVQ data+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ mask+16(FP), DI

highLoop:
	VMOVDQU   (SI), Y0
	VMOVDQU   32(SI), Y1
	VPMOVMSKB Y0, AX
	VPMOVMSKB Y1, BX
	SHLQ      $32, BX
	ORQ       BX, AX
	MOVQ      AX, (DI)
	ADDQ      $64, SI
	ADDQ      $8, DI
	DECQ      CX
	JNZ       highLoop
	VZEROUPPER
	RET
