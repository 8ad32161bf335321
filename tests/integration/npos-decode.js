// SPDX-License-Identifier: GPL-3.0-or-later
// What npos reads in a receipt, in the words of receipt-bytes.c. Run where npos is installed; argument: the bytes.
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const modules = process.cwd() + '/node_modules/';
const npos = require(modules + 'npos');
const iconv = require(modules + 'iconv-lite');

// ESC t as Epson has it, in iconv-lite's names.
const TABLES = {
  0: 'cp437', 2: 'cp850', 3: 'cp860', 4: 'cp863', 5: 'cp865', 13: 'cp857', 14: 'cp737', 16: 'win1252', 17: 'cp866',
  18: 'cp852', 33: 'cp775', 34: 'cp855', 45: 'win1250', 46: 'win1251', 47: 'win1253', 48: 'win1254', 51: 'win1257',
};

// npos knows no two-dimensional codes, and takes DLE DC4's function for a digit in ASCII.
function makeRules() {
  const rules = {};
  for (const key of Object.keys(npos.rules)) {
    rules[key] = typeof npos.rules[key] === 'object' ? Object.assign({}, npos.rules[key]) : npos.rules[key];
  }
  rules[npos.symbols.GS]['(k'] = [0, 'd16'];
  rules[npos.symbols.DLE]['\x14\x01'] = 2;
  return rules;
}

class Reader {
  constructor(raw) {
    this.raw = raw;
    this.lines = [];
    this.text = '';
    this.charset = null;
    this.inHanzi = true; // as Asian models wake up
    this.qrDots = 0;
    this.qrText = null;
  }

  endText(kind) {
    if (this.text !== '' || kind === 'line') {
      this.lines.push(kind + ' ' + this.text);
    }
    this.text = '';
  }

  say(words) {
    this.endText('text');
    this.lines.push(words);
  }

  readText(bytes) {
    let start = 0;
    for (let i = 0; i <= bytes.length; i++) {
      if (i < bytes.length && bytes[i] !== 0x0A) {
        continue;
      }
      const piece = bytes.slice(start, i);
      const charset = this.inHanzi ? 'gb18030' : this.charset || 'ascii';
      this.text += iconv.decode(piece, charset);
      if (i < bytes.length) {
        this.endText('line');
      }
      start = i + 1;
    }
  }

  readRaster(node) {
    const image = npos.codecs.raster.decode(this.raw, [Object.assign({}, node)]);
    const stride = Math.ceil(image.width / 8);
    const rows = Buffer.alloc(stride * image.height);
    for (let y = 0; y < image.height; y++) {
      for (let x = 0; x < image.width; x++) {
        if (image.getPixel(x, y) === 0) {
          rows[y * stride + (x >> 3)] |= 0x80 >> (x & 7);
        }
      }
    }
    const sum = crypto.createHash('sha256').update(rows).digest('hex');
    this.say('image ' + image.width + ' ' + image.height + ' ' + sum);
  }

  readBarcode(data) {
    const kind = data[0];
    let bytes = data.slice(2, 2 + data[1]);
    let text = bytes.toString('latin1');
    if (kind === 73) {
      const set = text.slice(0, 2);
      bytes = bytes.slice(2);
      text = set === '{C' ? Array.from(bytes, (n) => (n < 10 ? '0' : '') + n).join('')
        : bytes.toString('latin1').replace(/\{\{/g, '{');
    }
    this.say('barcode ' + kind + ' ' + text);
  }

  readQr(data) {
    const size = data.readUInt16LE(0);
    const code = data.slice(2, 2 + size);
    switch (code.slice(0, 2).toString('latin1')) {
      case '1C':
        this.qrDots = code[2];
        break;
      case '1P':
        this.qrText = code.slice(3).toString('utf8');
        break;
      case '1Q':
        this.say('qr ' + this.qrDots + ' ' + this.qrText);
        break;
    }
  }

  read(node) {
    const end = node.offset + node.length;
    if (node.ascii === 'STX') {
      return this.readText(this.raw.slice(node.offset, end));
    }
    // npos counts the bytes of 0 that follow to each command, so parameters are taken from its start.
    const data = this.raw.slice(node.offset + 1 + node.fn.length, end);
    switch (node.ascii + ' ' + node.fn) {
      case 'ESC @':
        this.endText('text');
        this.charset = null;
        this.inHanzi = true;
        return null;
      case 'FS &':
        this.inHanzi = true;
        return null;
      case 'FS .':
        this.inHanzi = false;
        return null;
      case 'ESC t':
        this.charset = TABLES[data[0]];
        return null;
      case 'ESC !':
        return this.say('latin-style ' + data[0]);
      case 'FS !':
        return this.say('hanzi-style ' + data[0]);
      case 'ESC a':
        return this.say('align ' + data[0]);
      case 'ESC d':
        return this.say('feed ' + data[0]);
      case 'ESC p':
        return this.say('drawer ' + (data[0] === 0 ? 2 : 5));
      case 'DLE \x14\x01':
        return this.say('drawer-now ' + (data[0] === 0 ? 2 : 5));
      case 'DLE \x04':
        return this.say('status ' + data[0]);
      case 'GS V':
        return this.say('cut ' + String.fromCharCode(data[0]));
      case 'GS a':
        return this.say('tell ' + data[0]);
      case 'GS r':
        return this.say('printed ' + data[0]);
      case 'GS k':
        return this.readBarcode(data);
      case 'GS (k':
        return this.readQr(data);
      case 'GS v0':
        return this.readRaster(node);
      case 'ESC R':
      case 'GS h':
      case 'GS w':
      case 'GS H':
        return this.endText('text');
      default:
        throw new Error('npos found ' + node.ascii + ' ' + node.fn + ' at ' + node.offset);
    }
  }
}

npos.parser(makeRules()).parse(fs.readFileSync(process.argv[2])).then((ast) => {
  const reader = new Reader(ast.raw);
  ast.tree.forEach((node) => reader.read(node));
  reader.endText('text');
  process.stdout.write(reader.lines.map((line) => line + '\n').join(''));
}).catch((error) => {
  process.stderr.write(error.stack + '\n');
  process.exit(1);
});
