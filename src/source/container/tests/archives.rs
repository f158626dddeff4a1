//! Builders of archives, as their manuals have them. They share no code with the readers.

/// A header of ustar.
pub fn header(name: &[u8], kind: u8, size: u64, mtime: u64) -> Vec<u8> {
    let mut block = vec![0; 512];
    let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &name[..name.len().min(100)]);
    put(100, b"0000644\0");
    put(124, format!("{size:011o}\0").as_bytes());
    put(136, format!("{mtime:011o}\0").as_bytes());
    put(148, b"        ");
    put(156, &[kind]);
    put(257, b"ustar\x0000");
    put(265, b"payroll");
    let sum: u32 = block.iter().map(|b| u32::from(*b)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

fn padded(mut bytes: Vec<u8>, to: usize, with: u8) -> Vec<u8> {
    bytes.resize(bytes.len().div_ceil(to) * to, with);
    bytes
}

/// A member of a tar archive; long names and large sizes go into a header of pax, or of GNU with `gnu`.
pub fn tar_member(name: &[u8], text: &[u8], gnu: bool) -> Vec<u8> {
    let mut out = vec![];
    if name.len() > 100 && gnu {
        out.extend(header(b"././@LongLink", b'L', name.len() as u64 + 1, 0));
        out.extend(padded([name, b"\0"].concat(), 512, 0));
    } else if name.len() > 100 {
        let mut length = name.len() + 8;
        while format!("{length} path=\n").len() + name.len() != length {
            length += 1;
        }
        let record = [format!("{length} path=").as_bytes(), name, b"\n"].concat();
        out.extend(header(b"PaxHeaders/x", b'x', record.len() as u64, 0));
        out.extend(padded(record, 512, 0));
    }
    out.extend(header(name, b'0', text.len() as u64, 1_700_000_000));
    out.extend(padded(text.to_vec(), 512, 0));
    out
}

pub fn tar(members: &[(Vec<u8>, Vec<u8>)], gnu: bool) -> Vec<u8> {
    let mut out: Vec<u8> = members.iter().flat_map(|(name, text)| tar_member(name, text, gnu)).collect();
    out.extend([0; 1024]);
    out
}

/// Text in EBCDIC, by the letters that names have.
pub fn ebcdic(text: &str) -> Vec<u8> {
    crate::source::encoding::Encoding::Cp1047.encode(text).unwrap()
}

fn unit(key: u16, values: &[&[u8]]) -> Vec<u8> {
    let mut out = key.to_be_bytes().to_vec();
    out.extend((values.len() as u16).to_be_bytes());
    for value in values {
        out.extend((value.len() as u16).to_be_bytes());
        out.extend_from_slice(value);
    }
    out
}

/// A record in segments of at most `most` bytes.
fn segments(record: &[u8], control: bool, most: usize, out: &mut Vec<u8>) {
    let parts: Vec<&[u8]> = if record.is_empty() { vec![record] } else { record.chunks(most).collect() };
    for (n, part) in parts.iter().enumerate() {
        let mut flags = if control { 0x20 } else { 0 };
        flags |= if n == 0 { 0x80 } else { 0 } | if n + 1 == parts.len() { 0x40 } else { 0 };
        out.extend([part.len() as u8 + 2, flags]);
        out.extend_from_slice(part);
    }
}

/// A file to transmit.
pub struct Sent {
    pub dsname: &'static str,
    pub recfm: u16,
    pub lrecl: u16,
    /// Its records, or those that IEBCOPY unloads.
    pub records: Vec<Vec<u8>>,
    pub partitioned: bool,
}

pub fn xmit(files: &[Sent], most: usize) -> Vec<u8> {
    let mut out = vec![];
    let mut first = ebcdic("INMR01");
    first.extend(unit(0x0042, &[&[80]]));
    first.extend(unit(0x1012, &[&ebcdic("IBMUSER")]));
    first.extend(unit(0x1024, &[&ebcdic("20261126182900000000")]));
    segments(&first, true, 253, &mut out);
    for (n, file) in files.iter().enumerate() {
        let mut second = ebcdic("INMR02");
        second.extend((n as u32 + 1).to_be_bytes());
        let utility = ebcdic(if file.partitioned { "IEBCOPY" } else { "INMCOPY" });
        second.extend(unit(0x1028, &[&utility]));
        second.extend(unit(0x0042, &[&file.lrecl.to_be_bytes()]));
        second.extend(unit(0x0049, &[&file.recfm.to_be_bytes()]));
        let parts: Vec<Vec<u8>> = file.dsname.split('.').map(ebcdic).collect();
        second.extend(unit(0x0002, &parts.iter().map(Vec::as_slice).collect::<Vec<_>>()));
        segments(&second, true, 253, &mut out);
        if file.partitioned {
            // What was unloaded is sent as a sequential file.
            let mut third = ebcdic("INMR02");
            third.extend((n as u32 + 1).to_be_bytes());
            third.extend(unit(0x1028, &[&ebcdic("INMCOPY")]));
            third.extend(unit(0x0042, &[&[0x0d, 0x80]]));
            third.extend(unit(0x0049, &[&[0x48, 0x02]]));
            segments(&third, true, 253, &mut out);
        }
    }
    for file in files {
        segments(&[ebcdic("INMR03"), unit(0x0042, &[&[80]])].concat(), true, 253, &mut out);
        for record in &file.records {
            segments(record, false, most, &mut out);
        }
    }
    segments(&ebcdic("INMR06"), true, 253, &mut out);
    padded(out, 80, 0)
}

/// A member of a partitioned data set: name, blocks, and whether it has statistics.
pub struct Pds {
    pub name: String,
    pub blocks: Vec<Vec<u8>>,
    pub statistics: bool,
    /// It has the data of the member with this number.
    pub alias: Option<usize>,
}

/// What IEBCOPY unloads: `members` in the order of their names; their data lie on the disk the other way round.
pub fn unloaded(members: &[Pds], recfm: u8, lrecl: u16) -> Vec<Vec<u8>> {
    let mut first = vec![0; 60];
    first[1..4].copy_from_slice(&[0xca, 0x6d, 0x0f]);
    first[4..6].copy_from_slice(&[0x02, 0]);
    first[8..10].copy_from_slice(&lrecl.to_be_bytes());
    first[10] = recfm;
    let mut records = vec![first, vec![0; 276]];
    let count = |number: u8, key: u8, length: usize| {
        let mut head = vec![0; 9];
        head[8] = number;
        head.push(key);
        head.extend((length as u16).to_be_bytes());
        head
    };
    let own: Vec<usize> = (0..members.len()).filter(|n| members[*n].alias.is_none()).rev().collect();
    let place = |n: usize| own.iter().position(|o| *o == n).unwrap() as u32;
    let mut entries = vec![];
    for (n, member) in members.iter().enumerate() {
        let place = place(member.alias.unwrap_or(n));
        let mut entry = ebcdic(&format!("{:<8}", member.name));
        // Ten members a track.
        entry.extend([0, (place / 10) as u8, (place % 10) as u8 + 1]);
        let flags = if member.alias.is_some() { 0x80 } else { 0 };
        if member.statistics {
            entry.push(flags | 15);
            entry
                .extend([1, 7, 0, 0x21, 1, 0x26, 0, 0x1f, 1, 0x26, 0x33, 0x0f, 0x18, 0x29, 0, 9, 0, 9, 0, 0]);
            entry.extend(ebcdic("PAYROLL "));
            entry.extend([0x40, 0x40]);
        } else {
            entry.push(flags);
        }
        entries.push(entry);
    }
    let mut end = vec![0xff; 8];
    end.extend([0; 4]);
    entries.push(end);
    let (mut directory, mut block) = (vec![], vec![]);
    let mut flush = |block: &mut Vec<u8>| {
        let mut data = (block.len() as u16 + 2).to_be_bytes().to_vec();
        data.append(block);
        data.resize(256, 0);
        directory.extend(count(1, 8, 256));
        directory.extend([0xff; 8]);
        directory.extend(data);
    };
    for entry in entries {
        if block.len() + entry.len() > 254 {
            flush(&mut block);
        }
        block.extend(entry);
    }
    flush(&mut block);
    directory.extend(count(0, 0, 0));
    // Blocks of the directory come several to a record.
    records.extend(directory.chunks(276 * 2).map(<[u8]>::to_vec));
    for n in own.iter().copied() {
        let number = (place(n) % 10) as u8 + 1;
        let mut record = vec![];
        for block in &members[n].blocks {
            record.extend(count(number, 0, block.len()));
            record.extend_from_slice(block);
            if record.len() > 300 {
                records.push(std::mem::take(&mut record));
            }
        }
        record.extend(count(number, 0, 0));
        records.push(record);
    }
    records
}

/// A deck of IEBUPDTE; with `cards` each line in 80 columns and nothing between them.
pub fn deck(members: &[(String, Vec<String>)], cards: bool, in_ebcdic: bool, marker: &str) -> Vec<u8> {
    let mut lines = vec![];
    for (n, (name, text)) in members.iter().enumerate() {
        match n % 3 {
            0 => lines
                .push(format!("{marker} ADD NAME={name} 0100-98231-98232-1412-00021-00021-00000-PAYUSER")),
            1 => {
                lines.push(format!("{marker} ADD   LIST=ALL,"));
                lines.push(format!("{marker}         NAME={name}"));
            }
            _ => {
                lines.push(format!("{marker}LABEL  REPL  NAME={name},LEVEL=01"));
                lines.push(format!("{marker} NUMBER NEW1=10,INCR=10"));
            }
        }
        lines.extend(text.iter().cloned());
    }
    lines.push(format!("{marker} ENDUP"));
    let mut out = vec![];
    for line in lines {
        let line = if cards { format!("{line:<80}") } else { line };
        out.extend(if in_ebcdic { ebcdic(&line) } else { line.into_bytes() });
        if !cards {
            out.push(if in_ebcdic { 0x15 } else { b'\n' });
        }
    }
    out
}
