; The guest's only program, in the first sector of its disk. No operating system: where there is no KVM a kernel takes four seconds of
; a processor to boot, this takes a quarter of one, and next to nothing while it waits. Every second it writes one 512-byte record
; "tick=N boot=ID" to its disk: record N in sector N + 1 (from 2 on, wrapping), and a copy in sector 1. Two guests running on one disk
; would both write the same sectors, and a boot that began before another had ended shows in the order of the boot ids.
; It needs SeaBIOS, and the machine type q35 with its power management at port 0x600.
bits 16
cpu 686
org 0x7c00

power_status equ 0x600
power_enable equ 0x602
power_control equ 0x604
power_button equ 0x100
power_off equ 0x2000           ; S5 is sleep type 0 of QEMU

bios_ticks equ 0x46c           ; 18.2 a second
record equ 0x8000
geometry equ 0x8200

    jmp 0:start
start:
    xor ax, ax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov sp, 0x7c00
    cld
    sti
    mov [drive], dl
    mov dx, power_enable
    mov ax, power_button
    out dx, ax

    mov word [geometry], 30
    mov ah, 0x48
    mov dl, [drive]
    mov si, geometry
    int 0x13
    sub dword [geometry + 16], 2

    ; The boot id: time of the day and what the processor has counted.
    mov ah, 2
    int 0x1a
    mov [boot], dx
    mov [boot + 2], cx
    rdtsc
    mov [boot + 4], eax

    ; Goes on counting where the boot before ended.
    mov ah, 0x42
    call transfer
    mov si, record
    cmp dword [si], 'tick'
    jne next
    add si, 5
    xor eax, eax
.digit:
    movzx ecx, byte [si]
    sub cl, '0'
    cmp cl, 9
    ja .read
    imul eax, 10
    add eax, ecx
    inc si
    jmp .digit
.read:
    mov [tick], eax

next:
    inc dword [tick]
    mov di, record
    mov cx, 256
    xor ax, ax
    rep stosw
    mov di, record
    mov si, tick_text
    call put
    mov eax, [tick]
    call put_decimal
    mov si, boot_text
    call put
    mov eax, [boot]
    call put_hex
    mov eax, [boot + 4]
    call put_hex
    mov al, 10
    stosb

    mov eax, [tick]
    dec eax
    xor edx, edx
    div dword [geometry + 16]
    add edx, 2
    mov [sector], edx
    mov ax, 0x4300
    call transfer
    mov dword [sector], 1
    mov ax, 0x4300
    call transfer

    mov cx, 18
wait_tick:
    mov bl, [bios_ticks]
.halt:
    hlt
    mov dx, power_status
    in ax, dx
    test ax, power_button
    jnz off
    cmp bl, [bios_ticks]
    je .halt
    loop wait_tick
    jmp next

; The power button ("virsh shutdown") ends the guest.
off:
    mov dx, power_control
    mov ax, power_off
    out dx, ax
    hlt
    jmp off

; AH = 0x42: reads the record of `sector`, 0x43: writes it. What fails is tried again with the next record.
transfer:
    mov dl, [drive]
    mov si, packet
    int 0x13
    ret

put:
    lodsb
    test al, al
    jz .end
    stosb
    jmp put
.end:
    ret

put_decimal:
    mov ebx, 10
    xor cx, cx
.divide:
    xor edx, edx
    div ebx
    push dx
    inc cx
    test eax, eax
    jnz .divide
.digit:
    pop ax
    add al, '0'
    stosb
    loop .digit
    ret

put_hex:
    mov cx, 8
.digit:
    rol eax, 4
    push eax
    and al, 15
    cmp al, 10
    sbb al, 0x69
    das
    stosb
    pop eax
    loop .digit
    ret

tick_text: db 'tick=', 0
boot_text: db ' boot=', 0
tick: dd 0
boot: dd 0, 0
drive: db 0
packet: dw 16, 1, record, 0
sector: dd 1, 0

times 510 - ($ - $$) db 0
dw 0xaa55
